export { type Account } from './account';
export { type Cloud, type CloudOptions, startCloud } from './cloud';
export { withoutCredentials } from './credentials';
export { createDigitalOcean, type DigitalOcean, type DigitalOceanOptions } from './digitalocean';
export { type Call, type Fault, parseFaults, readFaults, recording, withFaults } from './faults';
export { createGitHub, type GitHub, type GitHubOptions } from './github';
export { defaultSeed, parseSeed, readSeed, type Seed, type SeedInput, seedSchema } from './seed';
export { type Service } from './service';
export { createSpaces, type Spaces } from './spaces';
