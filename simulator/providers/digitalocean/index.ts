import { type Provider } from '../../terraform/resource';
import { type Patience } from '../exchange';
import { DigitalOcean, type DigitalOceanAccess } from './api';
import { spacesBucketCorsConfiguration } from './cors';
import { dataSources } from './data-sources';
import { databaseCluster } from './database-cluster';
import { databasePostgresqlConfig, databaseValkeyConfig } from './database-config';
import { databaseConnectionPool, databaseDb, databaseFirewall, databaseUser } from './database-contents';
import { providerBlock } from './define';
import { domain } from './domain';
import { droplet } from './droplet';
import { firewall } from './firewall';
import { monitorAlert } from './monitor-alert';
import { project, projectResources } from './project';
import { record } from './record';
import { reservedIp, reservedIpAssignment } from './reserved-ip';
import { spacesBucket } from './spaces-bucket';
import { spacesBucketObject } from './spaces-bucket-object';
import { spacesBucketPolicy } from './spaces-bucket-policy';
import { spacesKey } from './spaces-key';
import { sshKey } from './ssh-key';
import { tag } from './tag';
import { uptimeAlert, uptimeCheck } from './uptime';
import { volume } from './volume';
import { volumeAttachment } from './volume-attachment';
import { vpc } from './vpc';

/** The stand-in for digitalocean/digitalocean 2.71. */
export const digitalocean = (access: DigitalOceanAccess, patience: Patience): Provider<DigitalOcean> => ({
  name: 'digitalocean',
  block: providerBlock(),
  resources: [
    databaseCluster,
    databaseConnectionPool,
    databaseDb,
    databaseFirewall,
    databasePostgresqlConfig,
    databaseUser,
    databaseValkeyConfig,
    domain,
    droplet,
    firewall,
    monitorAlert,
    project,
    projectResources,
    record,
    reservedIp,
    reservedIpAssignment,
    spacesBucket,
    spacesBucketCorsConfiguration,
    spacesBucketObject,
    spacesBucketPolicy,
    spacesKey,
    sshKey,
    tag,
    uptimeAlert,
    uptimeCheck,
    volume,
    volumeAttachment,
    vpc,
  ],
  dataSources,
  // What the provider block leaves out comes from the environment in production, and from the simulator here.
  configure: (config) => {
    const spaces = {
      ...access.spaces,
      accessKey: config.spaces_access_id ?? access.spaces.accessKey,
      secretKey: config.spaces_secret_key ?? access.spaces.secretKey,
    };
    const retries = config.http_retry_max ?? patience.retries;
    return new DigitalOcean(
      { apiUrl: config.api_endpoint ?? access.apiUrl, token: config.token ?? access.token, spaces },
      { ...patience, retries },
    );
  },
});
