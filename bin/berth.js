#!/usr/bin/env node
require('./typescript');
require('../commands/berth').main(process.argv);
