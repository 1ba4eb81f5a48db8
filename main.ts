import { join } from 'node:path';
import { App } from 'cdktf';
import { loadEnvironments, loadState } from './definition/load';
import { EnvironmentStack } from './stacks/environment-stack';
import { StateBackendStack } from './stacks/state-backend-stack';

const folder = join(__dirname, 'environments');
const app = new App();
const state = loadState(folder);
new StateBackendStack(app, state);
for (const environment of loadEnvironments(folder)) new EnvironmentStack(app, environment, state);
app.synth();
