/** Bytes of the parts that follow the type, by type (RFC 8709, RFC 5656, RFC 4253; OpenSSH's PROTOCOL.u2f); nothing where they vary. */
const parts: Readonly<Record<string, readonly (number | undefined)[]>> = {
  'ssh-ed25519': [32],
  'ssh-rsa': [undefined, undefined],
  'ecdsa-sha2-nistp256': [8, 65],
  'ecdsa-sha2-nistp384': [8, 97],
  'ecdsa-sha2-nistp521': [8, 133],
  'sk-ssh-ed25519@openssh.com': [32, undefined],
  'sk-ecdsa-sha2-nistp256@openssh.com': [8, 65, undefined],
};

/** sshd_config(5), RequiredRSASize: shorter keys are ignored. */
const fewestRsaBits = 1024;

/** What is wrong with a line as an OpenSSH public key; undefined when it is one. */
export function publicKeyProblem(line: string): string | undefined {
  const match = /^(\S+) ([A-Za-z0-9+/]+={0,2})(?: [^\p{Cc}]*)?$/u.exec(line);
  if (!match) return 'an OpenSSH public key on one line, like "ssh-ed25519 AAAA… name"';
  const [, type, body] = match as unknown as [string, string, string];
  const wanted = Object.hasOwn(parts, type) ? parts[type] : undefined;
  if (!wanted)
    return `an OpenSSH public key of a type that DigitalOcean and GitHub take: ${Object.keys(parts).join(', ')}`;
  const found = fields(Buffer.from(body, 'base64'));
  if (
    !found ||
    found[0]?.toString('latin1') !== type ||
    found.length !== wanted.length + 1 ||
    wanted.some((bytes, index) => bytes !== undefined && found[index + 1]!.length !== bytes)
  ) {
    return `a whole OpenSSH public key: what follows "${type}" is cut off or damaged, so copy the line of the .pub file again`;
  }
  const bits = type === 'ssh-rsa' ? BigInt(`0x${found[2]!.toString('hex') || '0'}`).toString(2).length : fewestRsaBits;
  return bits >= fewestRsaBits ? undefined : `an RSA key of at least ${fewestRsaBits} bits`;
}

/** The key itself, without its comment: what a vendor takes only once. */
export const keyBody = (line: string): string => line.split(' ').slice(0, 2).join(' ');

/** RFC 4251: each part has four bytes of length before it. */
function fields(bytes: Buffer): Buffer[] | undefined {
  const found: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    if (at + 4 > bytes.length) return undefined;
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) return undefined;
    found.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return found;
}
