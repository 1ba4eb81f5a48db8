import { join } from 'node:path';
import { App } from 'cdktf';
import { loadProject } from './definition/load';
import { orExplain } from './definition/problem';
import { EnvironmentStack } from './stacks/environment-stack';
import { layProviderLock } from './stacks/provider-lock';
import { StateBackendStack } from './stacks/state-backend-stack';

const folder = join(process.cwd(), 'environments');
/** Files in it whose stacks are wanted, with commas between; all when it is not set. Every file is checked all the same. */
const only = process.env.BERTH_ENVIRONMENT_FILES?.split(',');

orExplain(() => {
  const { state, environments } = loadProject(folder, process.cwd(), only);
  const app = new App();
  if (only?.includes('state.ts') ?? true) new StateBackendStack(app, state);
  for (const environment of environments) new EnvironmentStack(app, environment, state);
  app.synth();
  layProviderLock(app, process.cwd());
});
