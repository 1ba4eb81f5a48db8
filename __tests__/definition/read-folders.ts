import { join } from 'node:path';
import { loadProject } from '../../definition/load';
import { DefinitionError } from '../../definition/problem';

// Reads projects as synth does, each in the folder that it is told, and writes what their authors are told as JSON.
const told = process.argv.slice(2).map((root) => {
  try {
    return loadProject(join(root, 'environments'), root).environments.map(({ name }) => name);
  } catch (error) {
    return error instanceof DefinitionError ? error.message : `not explained: ${String((error as Error).stack)}`;
  }
});
process.stdout.write(JSON.stringify(told));
