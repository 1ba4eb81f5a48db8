import sodium from 'libsodium-wrappers';
import { type Dynamic, type Values } from '../../terraform/value';
import { type GitHub } from './api';

/** Seals a plain value to GitHub's public key; a value that is sealed already is sent as it is, with the current key's id. */
export async function sealed(
  api: GitHub,
  keyPath: string,
  v: Values,
): Promise<{ key_id: string; encrypted_value: string }> {
  const { key, key_id: keyId }: Dynamic = await api.get(keyPath);
  if (v.encrypted_value) return { key_id: keyId, encrypted_value: v.encrypted_value };
  await sodium.ready;
  const publicKey = sodium.from_base64(key, sodium.base64_variants.ORIGINAL);
  const box = sodium.crypto_box_seal(sodium.from_string(v.plaintext_value ?? ''), publicKey);
  return { key_id: keyId, encrypted_value: sodium.to_base64(box, sodium.base64_variants.ORIGINAL) };
}
