/** Loaded when the first key is asked for: it is WebAssembly and would cost each start some 40 ms. */
async function load() {
  const { default: sodium } = await import('libsodium-wrappers');
  await sodium.ready;
  return sodium;
}

const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));
const base64 = (data: Uint8Array) => Buffer.from(data).toString('base64');

/** A key pair, in base64, that values can be sealed for. */
export async function newKeyPair(): Promise<{ public: string; private: string }> {
  const sodium = await load();
  const pair = sodium.crypto_box_keypair();
  return { public: base64(pair.publicKey), private: base64(pair.privateKey) };
}

/** The text in a sealed box, or nothing when it was not sealed for this key. */
export async function openSealedBox(
  box: string,
  key: { public: string; private: string },
): Promise<string | undefined> {
  const sodium = await load();
  try {
    return Buffer.from(sodium.crypto_box_seal_open(bytes(box), bytes(key.public), bytes(key.private))).toString();
  } catch {
    return undefined;
  }
}
