/** Docker fills in Go templates in a service's environment variables (docs.docker.com/reference/cli/docker/service/create, "Create services using templates"): text that begins like one is written as a template that holds it. */
export const swarmText = (text: string): string => text.replaceAll('{{', '{{"{{"}}');
