#!/usr/bin/env node
require('./typescript');
require('../cli/berth').main(process.argv);
