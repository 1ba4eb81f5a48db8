import { type Provider } from '../../terraform/resource';
import { type Patience } from '../exchange';
import { actionsEnvironmentSecret } from './actions-environment-secret';
import { actionsEnvironmentVariable } from './actions-environment-variable';
import { actionsSecret } from './actions-secret';
import { actionsVariable } from './actions-variable';
import { connect, type GitHub, type GitHubAccess } from './api';
import { dataSources } from './data-sources';
import { providerBlock } from './define';
import { dependabotSecret } from './dependabot-secret';
import { repositoryDeployKey } from './repository-deploy-key';
import { repositoryEnvironment } from './repository-environment';
import { repositoryEnvironmentDeploymentPolicy } from './repository-environment-deployment-policy';
import { repositoryRuleset } from './repository-ruleset';

/** The stand-in for integrations/github 6.9. */
export const github = (access: GitHubAccess, patience: Patience): Provider<GitHub> => ({
  name: 'github',
  block: providerBlock(),
  resources: [
    actionsEnvironmentSecret,
    actionsEnvironmentVariable,
    actionsSecret,
    actionsVariable,
    dependabotSecret,
    repositoryDeployKey,
    repositoryEnvironment,
    repositoryEnvironmentDeploymentPolicy,
    repositoryRuleset,
  ],
  dataSources,
  configure: (config) =>
    connect(
      {
        baseUrl: config.base_url ?? access.baseUrl,
        token: config.token ?? access.token,
        owner: config.owner ?? config.organization ?? access.owner,
      },
      { ...patience, retries: config.max_retries ?? Math.min(patience.retries, 3) },
    ),
});
