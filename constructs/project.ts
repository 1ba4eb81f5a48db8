import { Project as ProjectResource } from '@cdktf/provider-digitalocean/lib/project';
import { ProjectResources } from '@cdktf/provider-digitalocean/lib/project-resources';
import { Construct } from 'constructs';
import { parts } from '../definition/addresses';

export interface ProjectProps {
  readonly name: string;
  readonly description: string;
  readonly stage: 'development' | 'staging' | 'production';
  /** Uniform resource names of what belongs together. */
  readonly resources: readonly string[];
}

/** Groups the environment's resources in DigitalOcean's console and on its bill. */
export class Project extends Construct {
  constructor(scope: Construct, id: string, { name, description, stage, resources }: ProjectProps) {
    super(scope, id);
    const project = new ProjectResource(this, 'Resource', {
      name,
      description,
      purpose: 'Web Application',
      environment: capitalized(stage),
    });
    new ProjectResources(this, parts.resources, { project: project.id, resources: [...resources] });
  }
}

const capitalized = (word: string): string => word[0]!.toUpperCase() + word.slice(1);
