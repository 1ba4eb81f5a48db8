import { accessSync, constants, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, delimiter, isAbsolute, join } from 'node:path';

/** The providers that Terraform's own CLI configuration overrides by binaries under development. */
export function developmentOverrides(environment: NodeJS.ProcessEnv = process.env): string[] {
  const file = environment.TF_CLI_CONFIG_FILE ?? join(environment.HOME ?? homedir(), '.terraformrc');
  if (!existsSync(file)) return [];
  // HCL and its JSON form alike
  const text = readFileSync(file, 'utf8').replace(/^\s*(#|\/\/).*$/gm, '');
  const blocks = [...text.matchAll(/\bdev_overrides\b"?\s*[:=]?\s*\{([^}]*)\}/g)].map(([, inner]) => inner!);
  return blocks.flatMap((inner) => [...inner.matchAll(/"([^"]+)"\s*[=:]/g)].map(([, source]) => source!));
}

/**
 * The environment in which Terraform's init does not ask for the providers that are overridden: nothing could be downloaded, and
 * what a lock file says of published binaries is not true of them. A Terraform before all others on PATH leaves them out.
 */
export function withOverrides(
  sources: readonly string[],
  scratch: string,
  environment: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  if (sources.length === 0) return {};
  const name = environment.TERRAFORM_BINARY_NAME ?? 'terraform';
  const folder = join(scratch, 'bin');
  const link = join(folder, basename(name));
  mkdirSync(folder);
  symlinkSync(join(__dirname, 'bin', 'terraform-overridden'), link);
  const attached = {
    Protocol: 'grpc',
    ProtocolVersion: 5,
    Pid: process.pid,
    Test: true,
    Addr: { Network: 'unix', String: join(scratch, 'nobody') },
  };
  return {
    PATH: [folder, environment.PATH ?? ''].join(delimiter),
    TERRAFORM_BINARY_NAME: link,
    SIMULATOR_OVERRIDDEN: JSON.stringify(Object.fromEntries(sources.map((source) => [source, attached]))),
    SIMULATOR_OVERRIDDEN_TERRAFORM: onPath(name, environment.PATH ?? ''),
  };
}

function onPath(name: string, path: string): string {
  if (isAbsolute(name)) return name;
  const found = path
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
  if (found === undefined) throw new Error(`${name} was not found on PATH`);
  return found;
}
