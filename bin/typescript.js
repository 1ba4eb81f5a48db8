// Node reads TypeScript as it is: there is no build that could be forgotten. Packages' own JavaScript stays Node's:
// tsx would look through every file of it for ES modules, which takes a third of a synth.
const native = require.extensions['.js'];
require('tsx/cjs');
require.extensions['.js'] = native;
