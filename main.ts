import { join } from 'node:path';
import { App } from 'cdktf';
import { loadEnvironments, loadState } from './definition/load';
import { orExplain } from './definition/problem';
import { EnvironmentStack } from './stacks/environment-stack';
import { layProviderLock } from './stacks/provider-lock';
import { StateBackendStack } from './stacks/state-backend-stack';

const folder = join(process.cwd(), 'environments');

orExplain(() => {
  const [state, environments] = [loadState(folder), loadEnvironments(folder)];
  const app = new App();
  new StateBackendStack(app, state);
  for (const environment of environments) new EnvironmentStack(app, environment, state);
  app.synth();
  layProviderLock(app, process.cwd());
});
