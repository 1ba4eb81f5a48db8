/** Docker compose fills in variables in every value of its file; a doubled sign is the sign (docs.docker.com/reference/compose-file/interpolation). */
export const composeText = (text: string): string => text.replaceAll('$', '$$$$');
