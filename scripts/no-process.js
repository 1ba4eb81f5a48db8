/* global afterAll */
// The unit tests start no process: what needs one belongs to another project of jest.config.js.
const childProcess = require('node:child_process');

const starters = ['exec', 'execFile', 'execFileSync', 'execSync', 'fork', 'spawn', 'spawnSync'];
const real = Object.fromEntries(starters.map((name) => [name, childProcess[name]]));
for (const name of starters)
  childProcess[name] = (file) => {
    throw new Error(`a unit test starts ${file}: move it to another project of jest.config.js`);
  };
// a worker goes on with files of other projects
afterAll(() => Object.assign(childProcess, real));
