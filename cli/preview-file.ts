import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { previewName } from '../definition/previews';
import { environmentsFolder } from './project';

/** A preview's file is there while it is synthesized, and never committed. */
export async function withPreviewFile<T>(root: string, pull: number, work: (name: string) => Promise<T>): Promise<T> {
  const name = previewName(pull);
  const file = join(environmentsFolder(root), `${name}.ts`);
  if (existsSync(file))
    throw new Error(
      `environments/${name}.ts exists: previews are made from environments/previews.ts, so take that file away`,
    );
  writeFileSync(
    file,
    `import { previews } from './previews';\n\nexport const preview = previews.environment('${name}');\n`,
  );
  try {
    return await work(name);
  } finally {
    rmSync(file, { force: true });
  }
}
