/** What a container says about its secrets goes no further: no whole value, no line of one, and no password of a URL. */
export function masked(line: string, secrets: Readonly<Record<string, string>>): string {
  const words = Object.values(secrets).flatMap((value) => [
    ...[value, ...passwordsOf(value)].filter((word) => word.length >= 4),
    // a short line may be any word
    ...value.split('\n').map((part) => part.trim()).filter((part) => part.length >= 8),
  ]);
  // one may be a part of another
  return words.sort((a, b) => b.length - a.length).reduce((text, word) => text.replaceAll(word, '***'), line);
}

/** As it is written in a URL, and as a program reads it from there. */
function passwordsOf(value: string): string[] {
  const written = /^[\w+.-]+:\/\/[^\s/@:]*:([^\s/@]+)@/.exec(value)?.[1];
  if (written === undefined) return [];
  try {
    return [written, decodeURIComponent(written)];
  } catch {
    return [written];
  }
}
