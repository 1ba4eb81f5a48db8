#!/usr/bin/env node
// Node runs the TypeScript files as they are: there is no build step. JavaScript of packages is left to Node itself.
const native = require.extensions['.js'];
require('tsx/cjs');
require.extensions['.js'] = native;
require('../cli').main(process.argv);
