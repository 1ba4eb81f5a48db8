#!/usr/bin/env node
// TypeScript is read as it is: there is no build that could be forgotten
require('tsx/cjs');
require('../commands/berth').main(process.argv);
