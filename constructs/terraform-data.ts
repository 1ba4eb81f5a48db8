import { type TerraformMetaArguments, TerraformResource } from 'cdktf';
import type { Construct } from 'constructs';

type Values = Readonly<Record<string, string | number>>;

/**
 * Terraform's own `terraform_data`, for what it is used for here: replaced when a value changes, it takes along whoever names it
 * in `replace_triggered_by`, or runs its provisioner again. cdktf's DataResource runs `terraform version` for each one at every synth (40 ms).
 */
export class TerraformData extends TerraformResource {
  private readonly input?: Values;

  /** What `input` holds can change without a replacement. */
  constructor(
    scope: Construct,
    id: string,
    private readonly triggersReplace: Values,
    { input, ...meta }: TerraformMetaArguments & { readonly input?: Values } = {},
  ) {
    super(scope, id, { terraformResourceType: 'terraform_data', ...meta });
    this.input = input;
  }

  /** As `replace_triggered_by` wants it: an address, and no expression. */
  get trigger(): string {
    return `${this.terraformResourceType}.${this.friendlyUniqueId}`;
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { triggers_replace: this.triggersReplace, input: this.input };
  }
}
