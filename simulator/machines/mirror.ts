import { execFileSync } from 'node:child_process';

/** Where Debian's packages are fetched from: what apt on this host is set up with. */
export interface Mirrors {
  readonly debian: URL;
  readonly security: URL;
  /** apt's own proxy, if it has one. */
  readonly proxy?: URL;
}

/** Reads apt's sources in either of its formats, or `SIMULATOR_DEBIAN_MIRROR` on a host of another distribution. */
export function findMirrors(given = process.env.SIMULATOR_DEBIAN_MIRROR): Mirrors {
  const sites = given ? [given] : sitesOfApt();
  const debian = sites.find((site) => /\/debian\/?$/.test(site));
  if (!debian) {
    throw new Error(
      `apt on this host has no mirror of Debian (it has ${sites.join(', ') || 'none at all'}): name one that ends with /debian in SIMULATOR_DEBIAN_MIRROR`,
    );
  }
  const security =
    sites.find((site) => /\/debian-security\/?$/.test(site)) ?? debian.replace(/\/debian\/?$/, '/debian-security');
  const proxy = proxyOfApt();
  return { debian: new URL(debian), security: new URL(security), ...(proxy && { proxy: new URL(proxy) }) };
}

function sitesOfApt(): string[] {
  const stdout = execFileSync('apt-get', ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages'], {
    encoding: 'utf8',
  });
  return [...new Set(stdout.split('\n').filter((line) => /^https?:/.test(line)))];
}

function proxyOfApt(): string | undefined {
  const stdout = execFileSync('apt-config', ['shell', 'PROXY', 'Acquire::http::Proxy'], { encoding: 'utf8' });
  return /PROXY='(https?:[^']+)'/.exec(stdout)?.[1];
}
