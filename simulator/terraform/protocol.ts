import protobuf from 'protobufjs/light';
import { type Dynamic } from './value';

/**
 * The messages of Terraform's plugin protocol, version 5, as far as a provider without functions and ephemeral resources
 * needs them. Only numbers and types matter on the wire; a field that is not listed here is skipped when it arrives.
 */
const messages: Record<string, string> = {
  Empty: '',
  Value: '1 msgpack bytes, 2 json bytes',
  Step: '1 attributeName string, 2 elementKeyString string, 3 elementKeyInt int64',
  Path: '1 steps repeated Step',
  Diagnostic: '1 severity int32, 2 summary string, 3 detail string, 4 attribute Path',
  Attribute:
    '1 name string, 2 type bytes, 3 description string, 4 required bool, ' +
    '5 optional bool, 6 computed bool, 7 sensitive bool, 9 deprecated bool',
  Block: '1 version int64, 2 attributes repeated Attribute, 3 blockTypes repeated NestedBlock',
  NestedBlock: '1 typeName string, 2 block Block, 3 nesting int32, 4 minItems int64, 5 maxItems int64',
  Schema: '1 version int64, 2 block Block',
  Capabilities: '1 planDestroy bool, 2 getProviderSchemaOptional bool, 3 moveResourceState bool',
  TypeName: '1 typeName string',
  RawState: '1 json bytes, 2 flatmap map string',
  Imported: '1 typeName string, 2 state Value, 3 private bytes',

  MetadataResponse:
    '1 serverCapabilities Capabilities, 2 diagnostics repeated Diagnostic, ' +
    '3 dataSources repeated TypeName, 4 resources repeated TypeName',
  SchemaResponse:
    '1 provider Schema, 2 resourceSchemas map Schema, ' +
    '3 dataSourceSchemas map Schema, 4 diagnostics repeated Diagnostic, 6 serverCapabilities Capabilities',
  PrepareRequest: '1 config Value',
  PrepareResponse: '1 preparedConfig Value, 2 diagnostics repeated Diagnostic',
  ConfigureRequest: '1 terraformVersion string, 2 config Value',
  ValidateRequest: '1 typeName string, 2 config Value',
  DiagnosticsResponse: '1 diagnostics repeated Diagnostic',
  UpgradeRequest: '1 typeName string, 2 version int64, 3 rawState RawState',
  UpgradeResponse: '1 upgradedState Value, 2 diagnostics repeated Diagnostic',
  ReadRequest: '1 typeName string, 2 currentState Value, 3 private bytes',
  ReadResponse: '1 newState Value, 2 diagnostics repeated Diagnostic, 3 private bytes',
  PlanRequest: '1 typeName string, 2 priorState Value, 3 proposedNewState Value, 4 config Value, 5 priorPrivate bytes',
  PlanResponse:
    '1 plannedState Value, 2 requiresReplace repeated Path, ' +
    '3 plannedPrivate bytes, 4 diagnostics repeated Diagnostic, 5 legacyTypeSystem bool',
  ApplyRequest: '1 typeName string, 2 priorState Value, 3 plannedState Value, 4 config Value, 5 plannedPrivate bytes',
  ApplyResponse: '1 newState Value, 2 private bytes, 3 diagnostics repeated Diagnostic, 4 legacyTypeSystem bool',
  ImportRequest: '1 typeName string, 2 id string',
  ImportResponse: '1 importedResources repeated Imported, 2 diagnostics repeated Diagnostic',
  DataRequest: '1 typeName string, 2 config Value',
  DataResponse: '1 state Value, 2 diagnostics repeated Diagnostic',
  StopResponse: '1 error string',
};

/** What Terraform may call, with the message it sends and the one it expects. */
export const calls = {
  GetMetadata: ['Empty', 'MetadataResponse'],
  GetSchema: ['Empty', 'SchemaResponse'],
  PrepareProviderConfig: ['PrepareRequest', 'PrepareResponse'],
  Configure: ['ConfigureRequest', 'DiagnosticsResponse'],
  ValidateResourceTypeConfig: ['ValidateRequest', 'DiagnosticsResponse'],
  ValidateDataSourceConfig: ['ValidateRequest', 'DiagnosticsResponse'],
  UpgradeResourceState: ['UpgradeRequest', 'UpgradeResponse'],
  ReadResource: ['ReadRequest', 'ReadResponse'],
  PlanResourceChange: ['PlanRequest', 'PlanResponse'],
  ApplyResourceChange: ['ApplyRequest', 'ApplyResponse'],
  ImportResourceState: ['ImportRequest', 'ImportResponse'],
  ReadDataSource: ['DataRequest', 'DataResponse'],
  Stop: ['Empty', 'StopResponse'],
} as const;

export type Call = keyof typeof calls;

const field = (text: string): protobuf.ReflectionObject => {
  const [number, name, first, second] = text.trim().split(' ');
  if (first === 'map') return new protobuf.MapField(name, Number(number), 'string', second);
  return first === 'repeated'
    ? new protobuf.Field(name, Number(number), second, 'repeated')
    : new protobuf.Field(name, Number(number), first);
};

const root = new protobuf.Root();
for (const [name, fields] of Object.entries(messages)) {
  const type = new protobuf.Type(name);
  for (const text of fields.split(',').filter(Boolean)) type.add(field(text));
  root.add(type);
}
root.resolveAll();

export function encode(message: string, value: object): Buffer {
  const type = root.lookupType(message);
  return Buffer.from(type.encode(type.fromObject(value)).finish());
}

export function decode(message: string, bytes: Uint8Array): Dynamic {
  return root.lookupType(message).decode(bytes);
}
