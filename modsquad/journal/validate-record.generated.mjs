// Generated from schema/journal-record.schema.json by `npm run generate`. Do not edit.
"use strict";
export const validateRecord = validate20;
const schema31 = {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"meta-orch/journal-record@1","oneOf":[{"$ref":"#/$defs/runRecord"},{"$ref":"#/$defs/taskRecord"},{"$ref":"#/$defs/reviewRecord"},{"$ref":"#/$defs/extensionRecord"}],"$defs":{"runRecord":{"allOf":[{"$ref":"#/$defs/fixedFields"}],"type":"object","properties":{"kind":{"const":"run"},"header":{"$ref":"#/$defs/header"}},"required":["kind"],"unevaluatedProperties":false},"taskRecord":{"allOf":[{"$ref":"#/$defs/fixedFields"}],"type":"object","properties":{"kind":{"const":"task"},"artifacts":{"type":"array","items":{"$ref":"#/$defs/artifact"}},"cached":{"$ref":"#/$defs/cached"}},"required":["kind"],"unevaluatedProperties":false},"reviewRecord":{"allOf":[{"$ref":"#/$defs/fixedFields"}],"type":"object","properties":{"kind":{"const":"review"}},"required":["kind"],"unevaluatedProperties":false},"extensionRecord":{"allOf":[{"$ref":"#/$defs/fixedFields"}],"type":"object","properties":{"kind":{"const":"extension"}},"required":["kind"],"unevaluatedProperties":false},"fixedFields":{"type":"object","properties":{"kind":{"enum":["run","task","review","extension"]},"run_id":{"type":"string","pattern":"^."},"seq":{"type":"integer","minimum":0},"ts":{"type":"string"},"task_id":{"type":"string","pattern":"^."},"agent":{"type":"string"},"phase":{"type":"string"},"description":{"type":"string"},"status":{"$ref":"#/$defs/status"},"start_time":{"type":["string","null"]},"end_time":{"type":["string","null"]},"duration_seconds":{"type":["number","null"],"minimum":0},"dependencies":{"type":"array","items":{"type":"string"}},"errors":{"type":"array","items":{"type":"string"}},"warnings":{"type":"array","items":{"type":"string"}},"metrics":{"type":"object","additionalProperties":true},"attempt":{"type":"integer","minimum":0},"tier":{"type":"integer","minimum":0},"worker":{"type":"string"},"checks":{"type":"array","items":{"$ref":"#/$defs/check"}},"findings":{"type":"array","items":{"$ref":"#/$defs/finding"}},"spill":{"$ref":"#/$defs/spill"}},"required":["kind","run_id","seq","task_id","agent","phase","description","status","start_time","end_time","duration_seconds","dependencies","errors","warnings","metrics","attempt","tier","worker","checks","findings"]},"status":{"enum":["pending","in_progress","completed","failed","errored","timed_out","cancelled","skipped","not_applicable"]},"severity":{"enum":["critical","high","medium","low","info"]},"check":{"type":"object","properties":{"id":{"type":"string","pattern":"^."},"target":{"type":"string"},"status":{"enum":["passed","failed","errored","skipped"]},"planned":{"type":"number","minimum":0},"examined":{"type":"number","minimum":0},"evidence":{"type":"object","properties":{"tool":{"type":"string"},"version":{"type":"string"}},"required":["tool","version"],"additionalProperties":false},"failure_class":{"type":"string"},"message":{"type":"string"},"retries":{"type":"integer","minimum":0}},"required":["id","status","planned","examined","evidence","message"],"additionalProperties":false},"finding":{"type":"object","properties":{"rule_id":{"type":"string","pattern":"^."},"severity":{"$ref":"#/$defs/severity"},"message":{"type":"string"},"fingerprint":{"type":"string","pattern":"^."},"defect_class":{"type":"string"},"effort":{"type":"number","minimum":0},"location":{"type":"object","properties":{"path":{"type":"string"},"line":{"type":"integer","minimum":0},"column":{"type":"integer","minimum":0},"end_line":{"type":"integer","minimum":0}},"required":["path","line"],"additionalProperties":false},"target":{"type":"string"},"fix":{"$ref":"#/$defs/fix"},"count":{"type":"integer","minimum":0},"is_new":{"type":"boolean"},"waiver":{"type":"string"}},"required":["rule_id","severity","message","fingerprint","is_new"],"additionalProperties":false},"fix":{"type":"object","properties":{"description":{"type":"string"},"edits":{"type":"array","items":{"type":"object","properties":{"path":{"type":"string"},"start":{"type":"integer","minimum":0},"end":{"type":"integer","minimum":0},"text":{"type":"string"}},"required":["path","start","end","text"],"additionalProperties":false}},"command":{"type":"string"}},"required":["description"],"additionalProperties":false},"artifact":{"type":"object","properties":{"path":{"type":"string"},"media_type":{"type":"string"},"title":{"type":"string"}},"required":["path","media_type","title"],"additionalProperties":false},"cached":{"type":"object","properties":{"age_hours":{"type":"number","minimum":0},"same_digest":{"type":"boolean"},"from":{"type":"string"}},"required":["age_hours","same_digest","from"],"additionalProperties":false},"spill":{"type":"object","properties":{"path":{"type":"string"},"size":{"type":"integer","minimum":0},"sha256":{"type":"string","pattern":"^[0-9a-f]{64}$"},"fields":{"type":"array","items":{"type":"string"}},"lost":{"type":"string"}},"required":["path","size","sha256","fields"],"additionalProperties":false},"header":{"type":"object","properties":{"run_id":{"type":"string","pattern":"^."},"repository":{"type":"string"},"root":{"type":"string"},"commit":{"type":["string","null"]},"tree":{"type":["string","null"]},"branch":{"type":["string","null"]},"mode":{"enum":["quick","full"]},"env":{"type":"string"},"scope":{"type":["array","null"],"items":{"type":"string"}},"today":{"type":"string"},"target_pct":{"type":"number"},"policy":{"type":"object","additionalProperties":true},"policy_digest":{"type":"string"},"diff":{"type":["object","null"],"properties":{"la":{"type":"number","minimum":0},"ld":{"type":"number","minimum":0},"nf":{"type":"number","minimum":0}},"required":["la","ld","nf"],"additionalProperties":false},"base_ref":{"type":["string","null"]},"waivers":{"type":"array","items":{"$ref":"#/$defs/waiver"}},"required":{"type":"array","items":{"type":"string"}},"scope_cuts":{"type":"object","additionalProperties":{"type":"object","additionalProperties":{"type":"string"}}},"gates":{"type":"array","items":{"$ref":"#/$defs/plannedGate"}},"config_file":{"type":["string","null"]},"config_digest":{"type":["string","null"]},"command":{"type":"array","items":{"type":"string"}},"baseline_date":{"type":["string","null"]},"pid":{"type":"integer","minimum":0},"boot_id":{"type":"string"},"host":{"type":"string"},"ci":{"type":"boolean"},"versions":{"type":"object","additionalProperties":{"type":"string"}},"concurrency":{"type":"integer","minimum":0},"started_at":{"type":"string"},"resumes":{"type":["string","null"]}},"required":["run_id","repository","root","commit","tree","branch","mode","env","scope","today","target_pct","policy","policy_digest","diff","base_ref","waivers","required","scope_cuts","gates","config_file","config_digest","command","baseline_date","pid","boot_id","host","ci","versions","concurrency","started_at","resumes"],"additionalProperties":false},"waiver":{"type":"object","properties":{"gate":{"type":["string","null"]},"fingerprint":{"type":"string"},"why":{"type":"string"},"owner":{"type":"string"},"reason":{"type":"string"},"until":{"type":"string"},"env":{"type":"string"}},"required":["gate","owner","reason","until"],"additionalProperties":false},"plannedGate":{"type":"object","properties":{"id":{"type":"string","pattern":"^."},"title":{"type":"string"},"agent":{"type":"string"},"areas":{"type":"array","items":{"enum":["frontend","backend","infrastructure","security","quality"]}},"report_name":{"type":"string"},"version":{"type":"string"},"checks_in_scope":{"type":"array","items":{"type":"string"}},"needs":{"type":"array","items":{"type":"string"}},"locks":{"type":"array","items":{"type":"string"}},"expected_seconds":{"type":["number","null"]},"defect_classes":{"type":"object","additionalProperties":{"type":"number"}},"reason":{"type":"string"},"decision":{"enum":["run","not_applicable","out_of_scope","skipped_by_user","not_in_mode"]},"confirmed":{"type":"boolean"},"command":{"type":"string"}},"required":["id","title","agent","areas","report_name","version","checks_in_scope","needs","locks","expected_seconds","defect_classes","reason","decision"],"additionalProperties":false}},"type":"object","discriminator":{"propertyName":"kind"}};
const schema32 = {"allOf":[{"$ref":"#/$defs/fixedFields"}],"type":"object","properties":{"kind":{"const":"run"},"header":{"$ref":"#/$defs/header"}},"required":["kind"],"unevaluatedProperties":false};
const schema33 = {"type":"object","properties":{"kind":{"enum":["run","task","review","extension"]},"run_id":{"type":"string","pattern":"^."},"seq":{"type":"integer","minimum":0},"ts":{"type":"string"},"task_id":{"type":"string","pattern":"^."},"agent":{"type":"string"},"phase":{"type":"string"},"description":{"type":"string"},"status":{"$ref":"#/$defs/status"},"start_time":{"type":["string","null"]},"end_time":{"type":["string","null"]},"duration_seconds":{"type":["number","null"],"minimum":0},"dependencies":{"type":"array","items":{"type":"string"}},"errors":{"type":"array","items":{"type":"string"}},"warnings":{"type":"array","items":{"type":"string"}},"metrics":{"type":"object","additionalProperties":true},"attempt":{"type":"integer","minimum":0},"tier":{"type":"integer","minimum":0},"worker":{"type":"string"},"checks":{"type":"array","items":{"$ref":"#/$defs/check"}},"findings":{"type":"array","items":{"$ref":"#/$defs/finding"}},"spill":{"$ref":"#/$defs/spill"}},"required":["kind","run_id","seq","task_id","agent","phase","description","status","start_time","end_time","duration_seconds","dependencies","errors","warnings","metrics","attempt","tier","worker","checks","findings"]};
const schema34 = {"enum":["pending","in_progress","completed","failed","errored","timed_out","cancelled","skipped","not_applicable"]};
const schema35 = {"type":"object","properties":{"id":{"type":"string","pattern":"^."},"target":{"type":"string"},"status":{"enum":["passed","failed","errored","skipped"]},"planned":{"type":"number","minimum":0},"examined":{"type":"number","minimum":0},"evidence":{"type":"object","properties":{"tool":{"type":"string"},"version":{"type":"string"}},"required":["tool","version"],"additionalProperties":false},"failure_class":{"type":"string"},"message":{"type":"string"},"retries":{"type":"integer","minimum":0}},"required":["id","status","planned","examined","evidence","message"],"additionalProperties":false};
const schema39 = {"type":"object","properties":{"path":{"type":"string"},"size":{"type":"integer","minimum":0},"sha256":{"type":"string","pattern":"^[0-9a-f]{64}$"},"fields":{"type":"array","items":{"type":"string"}},"lost":{"type":"string"}},"required":["path","size","sha256","fields"],"additionalProperties":false};
const pattern4 = new RegExp("^.", "u");
const pattern9 = new RegExp("^[0-9a-f]{64}$", "u");
const func1 = Object.prototype.hasOwnProperty;
const schema36 = {"type":"object","properties":{"rule_id":{"type":"string","pattern":"^."},"severity":{"$ref":"#/$defs/severity"},"message":{"type":"string"},"fingerprint":{"type":"string","pattern":"^."},"defect_class":{"type":"string"},"effort":{"type":"number","minimum":0},"location":{"type":"object","properties":{"path":{"type":"string"},"line":{"type":"integer","minimum":0},"column":{"type":"integer","minimum":0},"end_line":{"type":"integer","minimum":0}},"required":["path","line"],"additionalProperties":false},"target":{"type":"string"},"fix":{"$ref":"#/$defs/fix"},"count":{"type":"integer","minimum":0},"is_new":{"type":"boolean"},"waiver":{"type":"string"}},"required":["rule_id","severity","message","fingerprint","is_new"],"additionalProperties":false};
const schema37 = {"enum":["critical","high","medium","low","info"]};
const schema38 = {"type":"object","properties":{"description":{"type":"string"},"edits":{"type":"array","items":{"type":"object","properties":{"path":{"type":"string"},"start":{"type":"integer","minimum":0},"end":{"type":"integer","minimum":0},"text":{"type":"string"}},"required":["path","start","end","text"],"additionalProperties":false}},"command":{"type":"string"}},"required":["description"],"additionalProperties":false};

function validate23(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate23.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((data.rule_id === undefined) && (missing0 = "rule_id")) || ((data.severity === undefined) && (missing0 = "severity"))) || ((data.message === undefined) && (missing0 = "message"))) || ((data.fingerprint === undefined) && (missing0 = "fingerprint"))) || ((data.is_new === undefined) && (missing0 = "is_new"))){
validate23.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(func1.call(schema36.properties, key0))){
validate23.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.rule_id !== undefined){
let data0 = data.rule_id;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(!pattern4.test(data0)){
validate23.errors = [{instancePath:instancePath+"/rule_id",schemaPath:"#/properties/rule_id/pattern",keyword:"pattern",params:{pattern: "^."},message:"must match pattern \""+"^."+"\""}];
return false;
}
}
else {
validate23.errors = [{instancePath:instancePath+"/rule_id",schemaPath:"#/properties/rule_id/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.severity !== undefined){
let data1 = data.severity;
const _errs4 = errors;
if(!(((((data1 === "critical") || (data1 === "high")) || (data1 === "medium")) || (data1 === "low")) || (data1 === "info"))){
validate23.errors = [{instancePath:instancePath+"/severity",schemaPath:"#/$defs/severity/enum",keyword:"enum",params:{allowedValues: schema37.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.message !== undefined){
const _errs6 = errors;
if(typeof data.message !== "string"){
validate23.errors = [{instancePath:instancePath+"/message",schemaPath:"#/properties/message/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.fingerprint !== undefined){
let data3 = data.fingerprint;
const _errs8 = errors;
if(errors === _errs8){
if(typeof data3 === "string"){
if(!pattern4.test(data3)){
validate23.errors = [{instancePath:instancePath+"/fingerprint",schemaPath:"#/properties/fingerprint/pattern",keyword:"pattern",params:{pattern: "^."},message:"must match pattern \""+"^."+"\""}];
return false;
}
}
else {
validate23.errors = [{instancePath:instancePath+"/fingerprint",schemaPath:"#/properties/fingerprint/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.defect_class !== undefined){
const _errs10 = errors;
if(typeof data.defect_class !== "string"){
validate23.errors = [{instancePath:instancePath+"/defect_class",schemaPath:"#/properties/defect_class/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.effort !== undefined){
let data5 = data.effort;
const _errs12 = errors;
if(errors === _errs12){
if((typeof data5 == "number") && (isFinite(data5))){
if(data5 < 0 || isNaN(data5)){
validate23.errors = [{instancePath:instancePath+"/effort",schemaPath:"#/properties/effort/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
else {
validate23.errors = [{instancePath:instancePath+"/effort",schemaPath:"#/properties/effort/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.location !== undefined){
let data6 = data.location;
const _errs14 = errors;
if(errors === _errs14){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing1;
if(((data6.path === undefined) && (missing1 = "path")) || ((data6.line === undefined) && (missing1 = "line"))){
validate23.errors = [{instancePath:instancePath+"/location",schemaPath:"#/properties/location/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'"}];
return false;
}
else {
const _errs16 = errors;
for(const key1 in data6){
if(!((((key1 === "path") || (key1 === "line")) || (key1 === "column")) || (key1 === "end_line"))){
validate23.errors = [{instancePath:instancePath+"/location",schemaPath:"#/properties/location/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs16 === errors){
if(data6.path !== undefined){
const _errs17 = errors;
if(typeof data6.path !== "string"){
validate23.errors = [{instancePath:instancePath+"/location/path",schemaPath:"#/properties/location/properties/path/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid2 = _errs17 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data6.line !== undefined){
let data8 = data6.line;
const _errs19 = errors;
if(!(((typeof data8 == "number") && (!(data8 % 1) && !isNaN(data8))) && (isFinite(data8)))){
validate23.errors = [{instancePath:instancePath+"/location/line",schemaPath:"#/properties/location/properties/line/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs19){
if((typeof data8 == "number") && (isFinite(data8))){
if(data8 < 0 || isNaN(data8)){
validate23.errors = [{instancePath:instancePath+"/location/line",schemaPath:"#/properties/location/properties/line/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
var valid2 = _errs19 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data6.column !== undefined){
let data9 = data6.column;
const _errs21 = errors;
if(!(((typeof data9 == "number") && (!(data9 % 1) && !isNaN(data9))) && (isFinite(data9)))){
validate23.errors = [{instancePath:instancePath+"/location/column",schemaPath:"#/properties/location/properties/column/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs21){
if((typeof data9 == "number") && (isFinite(data9))){
if(data9 < 0 || isNaN(data9)){
validate23.errors = [{instancePath:instancePath+"/location/column",schemaPath:"#/properties/location/properties/column/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
var valid2 = _errs21 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data6.end_line !== undefined){
let data10 = data6.end_line;
const _errs23 = errors;
if(!(((typeof data10 == "number") && (!(data10 % 1) && !isNaN(data10))) && (isFinite(data10)))){
validate23.errors = [{instancePath:instancePath+"/location/end_line",schemaPath:"#/properties/location/properties/end_line/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs23){
if((typeof data10 == "number") && (isFinite(data10))){
if(data10 < 0 || isNaN(data10)){
validate23.errors = [{instancePath:instancePath+"/location/end_line",schemaPath:"#/properties/location/properties/end_line/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
var valid2 = _errs23 === errors;
}
else {
var valid2 = true;
}
}
}
}
}
}
}
else {
validate23.errors = [{instancePath:instancePath+"/location",schemaPath:"#/properties/location/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.target !== undefined){
const _errs25 = errors;
if(typeof data.target !== "string"){
validate23.errors = [{instancePath:instancePath+"/target",schemaPath:"#/properties/target/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs25 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.fix !== undefined){
let data12 = data.fix;
const _errs27 = errors;
const _errs28 = errors;
if(errors === _errs28){
if(data12 && typeof data12 == "object" && !Array.isArray(data12)){
let missing2;
if((data12.description === undefined) && (missing2 = "description")){
validate23.errors = [{instancePath:instancePath+"/fix",schemaPath:"#/$defs/fix/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'"}];
return false;
}
else {
const _errs30 = errors;
for(const key2 in data12){
if(!(((key2 === "description") || (key2 === "edits")) || (key2 === "command"))){
validate23.errors = [{instancePath:instancePath+"/fix",schemaPath:"#/$defs/fix/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs30 === errors){
if(data12.description !== undefined){
const _errs31 = errors;
if(typeof data12.description !== "string"){
validate23.errors = [{instancePath:instancePath+"/fix/description",schemaPath:"#/$defs/fix/properties/description/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid4 = _errs31 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data12.edits !== undefined){
let data14 = data12.edits;
const _errs33 = errors;
if(errors === _errs33){
if(Array.isArray(data14)){
var valid5 = true;
const len0 = data14.length;
for(let i0=0; i0<len0; i0++){
let data15 = data14[i0];
const _errs35 = errors;
if(errors === _errs35){
if(data15 && typeof data15 == "object" && !Array.isArray(data15)){
let missing3;
if(((((data15.path === undefined) && (missing3 = "path")) || ((data15.start === undefined) && (missing3 = "start"))) || ((data15.end === undefined) && (missing3 = "end"))) || ((data15.text === undefined) && (missing3 = "text"))){
validate23.errors = [{instancePath:instancePath+"/fix/edits/" + i0,schemaPath:"#/$defs/fix/properties/edits/items/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'"}];
return false;
}
else {
const _errs37 = errors;
for(const key3 in data15){
if(!((((key3 === "path") || (key3 === "start")) || (key3 === "end")) || (key3 === "text"))){
validate23.errors = [{instancePath:instancePath+"/fix/edits/" + i0,schemaPath:"#/$defs/fix/properties/edits/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs37 === errors){
if(data15.path !== undefined){
const _errs38 = errors;
if(typeof data15.path !== "string"){
validate23.errors = [{instancePath:instancePath+"/fix/edits/" + i0+"/path",schemaPath:"#/$defs/fix/properties/edits/items/properties/path/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid6 = _errs38 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data15.start !== undefined){
let data17 = data15.start;
const _errs40 = errors;
if(!(((typeof data17 == "number") && (!(data17 % 1) && !isNaN(data17))) && (isFinite(data17)))){
validate23.errors = [{instancePath:instancePath+"/fix/edits/" + i0+"/start",schemaPath:"#/$defs/fix/properties/edits/items/properties/start/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs40){
if((typeof data17 == "number") && (isFinite(data17))){
if(data17 < 0 || isNaN(data17)){
validate23.errors = [{instancePath:instancePath+"/fix/edits/" + i0+"/start",schemaPath:"#/$defs/fix/properties/edits/items/properties/start/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
var valid6 = _errs40 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data15.end !== undefined){
let data18 = data15.end;
const _errs42 = errors;
if(!(((typeof data18 == "number") && (!(data18 % 1) && !isNaN(data18))) && (isFinite(data18)))){
validate23.errors = [{instancePath:instancePath+"/fix/edits/" + i0+"/end",schemaPath:"#/$defs/fix/properties/edits/items/properties/end/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs42){
if((typeof data18 == "number") && (isFinite(data18))){
if(data18 < 0 || isNaN(data18)){
validate23.errors = [{instancePath:instancePath+"/fix/edits/" + i0+"/end",schemaPath:"#/$defs/fix/properties/edits/items/properties/end/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
var valid6 = _errs42 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data15.text !== undefined){
const _errs44 = errors;
if(typeof data15.text !== "string"){
validate23.errors = [{instancePath:instancePath+"/fix/edits/" + i0+"/text",schemaPath:"#/$defs/fix/properties/edits/items/properties/text/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid6 = _errs44 === errors;
}
else {
var valid6 = true;
}
}
}
}
}
}
}
else {
validate23.errors = [{instancePath:instancePath+"/fix/edits/" + i0,schemaPath:"#/$defs/fix/properties/edits/items/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid5 = _errs35 === errors;
if(!valid5){
break;
}
}
}
else {
validate23.errors = [{instancePath:instancePath+"/fix/edits",schemaPath:"#/$defs/fix/properties/edits/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid4 = _errs33 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data12.command !== undefined){
const _errs46 = errors;
if(typeof data12.command !== "string"){
validate23.errors = [{instancePath:instancePath+"/fix/command",schemaPath:"#/$defs/fix/properties/command/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid4 = _errs46 === errors;
}
else {
var valid4 = true;
}
}
}
}
}
}
else {
validate23.errors = [{instancePath:instancePath+"/fix",schemaPath:"#/$defs/fix/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs27 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.count !== undefined){
let data21 = data.count;
const _errs48 = errors;
if(!(((typeof data21 == "number") && (!(data21 % 1) && !isNaN(data21))) && (isFinite(data21)))){
validate23.errors = [{instancePath:instancePath+"/count",schemaPath:"#/properties/count/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs48){
if((typeof data21 == "number") && (isFinite(data21))){
if(data21 < 0 || isNaN(data21)){
validate23.errors = [{instancePath:instancePath+"/count",schemaPath:"#/properties/count/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
var valid0 = _errs48 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.is_new !== undefined){
const _errs50 = errors;
if(typeof data.is_new !== "boolean"){
validate23.errors = [{instancePath:instancePath+"/is_new",schemaPath:"#/properties/is_new/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"}];
return false;
}
var valid0 = _errs50 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.waiver !== undefined){
const _errs52 = errors;
if(typeof data.waiver !== "string"){
validate23.errors = [{instancePath:instancePath+"/waiver",schemaPath:"#/properties/waiver/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs52 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
else {
validate23.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate23.errors = vErrors;
return errors === 0;
}
validate23.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate22(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate22.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((((((((((((((((((((data.kind === undefined) && (missing0 = "kind")) || ((data.run_id === undefined) && (missing0 = "run_id"))) || ((data.seq === undefined) && (missing0 = "seq"))) || ((data.task_id === undefined) && (missing0 = "task_id"))) || ((data.agent === undefined) && (missing0 = "agent"))) || ((data.phase === undefined) && (missing0 = "phase"))) || ((data.description === undefined) && (missing0 = "description"))) || ((data.status === undefined) && (missing0 = "status"))) || ((data.start_time === undefined) && (missing0 = "start_time"))) || ((data.end_time === undefined) && (missing0 = "end_time"))) || ((data.duration_seconds === undefined) && (missing0 = "duration_seconds"))) || ((data.dependencies === undefined) && (missing0 = "dependencies"))) || ((data.errors === undefined) && (missing0 = "errors"))) || ((data.warnings === undefined) && (missing0 = "warnings"))) || ((data.metrics === undefined) && (missing0 = "metrics"))) || ((data.attempt === undefined) && (missing0 = "attempt"))) || ((data.tier === undefined) && (missing0 = "tier"))) || ((data.worker === undefined) && (missing0 = "worker"))) || ((data.checks === undefined) && (missing0 = "checks"))) || ((data.findings === undefined) && (missing0 = "findings"))){
validate22.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
if(data.kind !== undefined){
let data0 = data.kind;
const _errs1 = errors;
if(!((((data0 === "run") || (data0 === "task")) || (data0 === "review")) || (data0 === "extension"))){
validate22.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/enum",keyword:"enum",params:{allowedValues: schema33.properties.kind.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.run_id !== undefined){
let data1 = data.run_id;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data1 === "string"){
if(!pattern4.test(data1)){
validate22.errors = [{instancePath:instancePath+"/run_id",schemaPath:"#/properties/run_id/pattern",keyword:"pattern",params:{pattern: "^."},message:"must match pattern \""+"^."+"\""}];
return false;
}
}
else {
validate22.errors = [{instancePath:instancePath+"/run_id",schemaPath:"#/properties/run_id/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.seq !== undefined){
let data2 = data.seq;
const _errs4 = errors;
if(!(((typeof data2 == "number") && (!(data2 % 1) && !isNaN(data2))) && (isFinite(data2)))){
validate22.errors = [{instancePath:instancePath+"/seq",schemaPath:"#/properties/seq/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs4){
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 < 0 || isNaN(data2)){
validate22.errors = [{instancePath:instancePath+"/seq",schemaPath:"#/properties/seq/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.ts !== undefined){
const _errs6 = errors;
if(typeof data.ts !== "string"){
validate22.errors = [{instancePath:instancePath+"/ts",schemaPath:"#/properties/ts/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.task_id !== undefined){
let data4 = data.task_id;
const _errs8 = errors;
if(errors === _errs8){
if(typeof data4 === "string"){
if(!pattern4.test(data4)){
validate22.errors = [{instancePath:instancePath+"/task_id",schemaPath:"#/properties/task_id/pattern",keyword:"pattern",params:{pattern: "^."},message:"must match pattern \""+"^."+"\""}];
return false;
}
}
else {
validate22.errors = [{instancePath:instancePath+"/task_id",schemaPath:"#/properties/task_id/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.agent !== undefined){
const _errs10 = errors;
if(typeof data.agent !== "string"){
validate22.errors = [{instancePath:instancePath+"/agent",schemaPath:"#/properties/agent/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.phase !== undefined){
const _errs12 = errors;
if(typeof data.phase !== "string"){
validate22.errors = [{instancePath:instancePath+"/phase",schemaPath:"#/properties/phase/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.description !== undefined){
const _errs14 = errors;
if(typeof data.description !== "string"){
validate22.errors = [{instancePath:instancePath+"/description",schemaPath:"#/properties/description/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.status !== undefined){
let data8 = data.status;
const _errs16 = errors;
if(!(((((((((data8 === "pending") || (data8 === "in_progress")) || (data8 === "completed")) || (data8 === "failed")) || (data8 === "errored")) || (data8 === "timed_out")) || (data8 === "cancelled")) || (data8 === "skipped")) || (data8 === "not_applicable"))){
validate22.errors = [{instancePath:instancePath+"/status",schemaPath:"#/$defs/status/enum",keyword:"enum",params:{allowedValues: schema34.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid0 = _errs16 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.start_time !== undefined){
let data9 = data.start_time;
const _errs18 = errors;
if((typeof data9 !== "string") && (data9 !== null)){
validate22.errors = [{instancePath:instancePath+"/start_time",schemaPath:"#/properties/start_time/type",keyword:"type",params:{type: schema33.properties.start_time.type},message:"must be string,null"}];
return false;
}
var valid0 = _errs18 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.end_time !== undefined){
let data10 = data.end_time;
const _errs20 = errors;
if((typeof data10 !== "string") && (data10 !== null)){
validate22.errors = [{instancePath:instancePath+"/end_time",schemaPath:"#/properties/end_time/type",keyword:"type",params:{type: schema33.properties.end_time.type},message:"must be string,null"}];
return false;
}
var valid0 = _errs20 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.duration_seconds !== undefined){
let data11 = data.duration_seconds;
const _errs22 = errors;
if((!((typeof data11 == "number") && (isFinite(data11)))) && (data11 !== null)){
validate22.errors = [{instancePath:instancePath+"/duration_seconds",schemaPath:"#/properties/duration_seconds/type",keyword:"type",params:{type: schema33.properties.duration_seconds.type},message:"must be number,null"}];
return false;
}
if(errors === _errs22){
if((typeof data11 == "number") && (isFinite(data11))){
if(data11 < 0 || isNaN(data11)){
validate22.errors = [{instancePath:instancePath+"/duration_seconds",schemaPath:"#/properties/duration_seconds/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
var valid0 = _errs22 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.dependencies !== undefined){
let data12 = data.dependencies;
const _errs24 = errors;
if(errors === _errs24){
if(Array.isArray(data12)){
var valid2 = true;
const len0 = data12.length;
for(let i0=0; i0<len0; i0++){
const _errs26 = errors;
if(typeof data12[i0] !== "string"){
validate22.errors = [{instancePath:instancePath+"/dependencies/" + i0,schemaPath:"#/properties/dependencies/items/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid2 = _errs26 === errors;
if(!valid2){
break;
}
}
}
else {
validate22.errors = [{instancePath:instancePath+"/dependencies",schemaPath:"#/properties/dependencies/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs24 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.errors !== undefined){
let data14 = data.errors;
const _errs28 = errors;
if(errors === _errs28){
if(Array.isArray(data14)){
var valid3 = true;
const len1 = data14.length;
for(let i1=0; i1<len1; i1++){
const _errs30 = errors;
if(typeof data14[i1] !== "string"){
validate22.errors = [{instancePath:instancePath+"/errors/" + i1,schemaPath:"#/properties/errors/items/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid3 = _errs30 === errors;
if(!valid3){
break;
}
}
}
else {
validate22.errors = [{instancePath:instancePath+"/errors",schemaPath:"#/properties/errors/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs28 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.warnings !== undefined){
let data16 = data.warnings;
const _errs32 = errors;
if(errors === _errs32){
if(Array.isArray(data16)){
var valid4 = true;
const len2 = data16.length;
for(let i2=0; i2<len2; i2++){
const _errs34 = errors;
if(typeof data16[i2] !== "string"){
validate22.errors = [{instancePath:instancePath+"/warnings/" + i2,schemaPath:"#/properties/warnings/items/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid4 = _errs34 === errors;
if(!valid4){
break;
}
}
}
else {
validate22.errors = [{instancePath:instancePath+"/warnings",schemaPath:"#/properties/warnings/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs32 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.metrics !== undefined){
let data18 = data.metrics;
const _errs36 = errors;
if(errors === _errs36){
if(data18 && typeof data18 == "object" && !Array.isArray(data18)){
}
else {
validate22.errors = [{instancePath:instancePath+"/metrics",schemaPath:"#/properties/metrics/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs36 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.attempt !== undefined){
let data19 = data.attempt;
const _errs39 = errors;
if(!(((typeof data19 == "number") && (!(data19 % 1) && !isNaN(data19))) && (isFinite(data19)))){
validate22.errors = [{instancePath:instancePath+"/attempt",schemaPath:"#/properties/attempt/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs39){
if((typeof data19 == "number") && (isFinite(data19))){
if(data19 < 0 || isNaN(data19)){
validate22.errors = [{instancePath:instancePath+"/attempt",schemaPath:"#/properties/attempt/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
var valid0 = _errs39 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.tier !== undefined){
let data20 = data.tier;
const _errs41 = errors;
if(!(((typeof data20 == "number") && (!(data20 % 1) && !isNaN(data20))) && (isFinite(data20)))){
validate22.errors = [{instancePath:instancePath+"/tier",schemaPath:"#/properties/tier/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs41){
if((typeof data20 == "number") && (isFinite(data20))){
if(data20 < 0 || isNaN(data20)){
validate22.errors = [{instancePath:instancePath+"/tier",schemaPath:"#/properties/tier/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
var valid0 = _errs41 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.worker !== undefined){
const _errs43 = errors;
if(typeof data.worker !== "string"){
validate22.errors = [{instancePath:instancePath+"/worker",schemaPath:"#/properties/worker/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs43 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.checks !== undefined){
let data22 = data.checks;
const _errs45 = errors;
if(errors === _errs45){
if(Array.isArray(data22)){
var valid5 = true;
const len3 = data22.length;
for(let i3=0; i3<len3; i3++){
let data23 = data22[i3];
const _errs47 = errors;
const _errs48 = errors;
if(errors === _errs48){
if(data23 && typeof data23 == "object" && !Array.isArray(data23)){
let missing1;
if(((((((data23.id === undefined) && (missing1 = "id")) || ((data23.status === undefined) && (missing1 = "status"))) || ((data23.planned === undefined) && (missing1 = "planned"))) || ((data23.examined === undefined) && (missing1 = "examined"))) || ((data23.evidence === undefined) && (missing1 = "evidence"))) || ((data23.message === undefined) && (missing1 = "message"))){
validate22.errors = [{instancePath:instancePath+"/checks/" + i3,schemaPath:"#/$defs/check/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'"}];
return false;
}
else {
const _errs50 = errors;
for(const key0 in data23){
if(!(func1.call(schema35.properties, key0))){
validate22.errors = [{instancePath:instancePath+"/checks/" + i3,schemaPath:"#/$defs/check/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs50 === errors){
if(data23.id !== undefined){
let data24 = data23.id;
const _errs51 = errors;
if(errors === _errs51){
if(typeof data24 === "string"){
if(!pattern4.test(data24)){
validate22.errors = [{instancePath:instancePath+"/checks/" + i3+"/id",schemaPath:"#/$defs/check/properties/id/pattern",keyword:"pattern",params:{pattern: "^."},message:"must match pattern \""+"^."+"\""}];
return false;
}
}
else {
validate22.errors = [{instancePath:instancePath+"/checks/" + i3+"/id",schemaPath:"#/$defs/check/properties/id/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid7 = _errs51 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data23.target !== undefined){
const _errs53 = errors;
if(typeof data23.target !== "string"){
validate22.errors = [{instancePath:instancePath+"/checks/" + i3+"/target",schemaPath:"#/$defs/check/properties/target/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid7 = _errs53 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data23.status !== undefined){
let data26 = data23.status;
const _errs55 = errors;
if(!((((data26 === "passed") || (data26 === "failed")) || (data26 === "errored")) || (data26 === "skipped"))){
validate22.errors = [{instancePath:instancePath+"/checks/" + i3+"/status",schemaPath:"#/$defs/check/properties/status/enum",keyword:"enum",params:{allowedValues: schema35.properties.status.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid7 = _errs55 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data23.planned !== undefined){
let data27 = data23.planned;
const _errs56 = errors;
if(errors === _errs56){
if((typeof data27 == "number") && (isFinite(data27))){
if(data27 < 0 || isNaN(data27)){
validate22.errors = [{instancePath:instancePath+"/checks/" + i3+"/planned",schemaPath:"#/$defs/check/properties/planned/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
else {
validate22.errors = [{instancePath:instancePath+"/checks/" + i3+"/planned",schemaPath:"#/$defs/check/properties/planned/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid7 = _errs56 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data23.examined !== undefined){
let data28 = data23.examined;
const _errs58 = errors;
if(errors === _errs58){
if((typeof data28 == "number") && (isFinite(data28))){
if(data28 < 0 || isNaN(data28)){
validate22.errors = [{instancePath:instancePath+"/checks/" + i3+"/examined",schemaPath:"#/$defs/check/properties/examined/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
else {
validate22.errors = [{instancePath:instancePath+"/checks/" + i3+"/examined",schemaPath:"#/$defs/check/properties/examined/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid7 = _errs58 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data23.evidence !== undefined){
let data29 = data23.evidence;
const _errs60 = errors;
if(errors === _errs60){
if(data29 && typeof data29 == "object" && !Array.isArray(data29)){
let missing2;
if(((data29.tool === undefined) && (missing2 = "tool")) || ((data29.version === undefined) && (missing2 = "version"))){
validate22.errors = [{instancePath:instancePath+"/checks/" + i3+"/evidence",schemaPath:"#/$defs/check/properties/evidence/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'"}];
return false;
}
else {
const _errs62 = errors;
for(const key1 in data29){
if(!((key1 === "tool") || (key1 === "version"))){
validate22.errors = [{instancePath:instancePath+"/checks/" + i3+"/evidence",schemaPath:"#/$defs/check/properties/evidence/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs62 === errors){
if(data29.tool !== undefined){
const _errs63 = errors;
if(typeof data29.tool !== "string"){
validate22.errors = [{instancePath:instancePath+"/checks/" + i3+"/evidence/tool",schemaPath:"#/$defs/check/properties/evidence/properties/tool/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid8 = _errs63 === errors;
}
else {
var valid8 = true;
}
if(valid8){
if(data29.version !== undefined){
const _errs65 = errors;
if(typeof data29.version !== "string"){
validate22.errors = [{instancePath:instancePath+"/checks/" + i3+"/evidence/version",schemaPath:"#/$defs/check/properties/evidence/properties/version/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid8 = _errs65 === errors;
}
else {
var valid8 = true;
}
}
}
}
}
else {
validate22.errors = [{instancePath:instancePath+"/checks/" + i3+"/evidence",schemaPath:"#/$defs/check/properties/evidence/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid7 = _errs60 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data23.failure_class !== undefined){
const _errs67 = errors;
if(typeof data23.failure_class !== "string"){
validate22.errors = [{instancePath:instancePath+"/checks/" + i3+"/failure_class",schemaPath:"#/$defs/check/properties/failure_class/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid7 = _errs67 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data23.message !== undefined){
const _errs69 = errors;
if(typeof data23.message !== "string"){
validate22.errors = [{instancePath:instancePath+"/checks/" + i3+"/message",schemaPath:"#/$defs/check/properties/message/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid7 = _errs69 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data23.retries !== undefined){
let data34 = data23.retries;
const _errs71 = errors;
if(!(((typeof data34 == "number") && (!(data34 % 1) && !isNaN(data34))) && (isFinite(data34)))){
validate22.errors = [{instancePath:instancePath+"/checks/" + i3+"/retries",schemaPath:"#/$defs/check/properties/retries/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs71){
if((typeof data34 == "number") && (isFinite(data34))){
if(data34 < 0 || isNaN(data34)){
validate22.errors = [{instancePath:instancePath+"/checks/" + i3+"/retries",schemaPath:"#/$defs/check/properties/retries/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
var valid7 = _errs71 === errors;
}
else {
var valid7 = true;
}
}
}
}
}
}
}
}
}
}
}
}
else {
validate22.errors = [{instancePath:instancePath+"/checks/" + i3,schemaPath:"#/$defs/check/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid5 = _errs47 === errors;
if(!valid5){
break;
}
}
}
else {
validate22.errors = [{instancePath:instancePath+"/checks",schemaPath:"#/properties/checks/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs45 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.findings !== undefined){
let data35 = data.findings;
const _errs73 = errors;
if(errors === _errs73){
if(Array.isArray(data35)){
var valid9 = true;
const len4 = data35.length;
for(let i4=0; i4<len4; i4++){
const _errs75 = errors;
if(!(validate23(data35[i4], {instancePath:instancePath+"/findings/" + i4,parentData:data35,parentDataProperty:i4,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
var valid9 = _errs75 === errors;
if(!valid9){
break;
}
}
}
else {
validate22.errors = [{instancePath:instancePath+"/findings",schemaPath:"#/properties/findings/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs73 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.spill !== undefined){
let data37 = data.spill;
const _errs76 = errors;
const _errs77 = errors;
if(errors === _errs77){
if(data37 && typeof data37 == "object" && !Array.isArray(data37)){
let missing3;
if(((((data37.path === undefined) && (missing3 = "path")) || ((data37.size === undefined) && (missing3 = "size"))) || ((data37.sha256 === undefined) && (missing3 = "sha256"))) || ((data37.fields === undefined) && (missing3 = "fields"))){
validate22.errors = [{instancePath:instancePath+"/spill",schemaPath:"#/$defs/spill/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'"}];
return false;
}
else {
const _errs79 = errors;
for(const key2 in data37){
if(!(((((key2 === "path") || (key2 === "size")) || (key2 === "sha256")) || (key2 === "fields")) || (key2 === "lost"))){
validate22.errors = [{instancePath:instancePath+"/spill",schemaPath:"#/$defs/spill/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs79 === errors){
if(data37.path !== undefined){
const _errs80 = errors;
if(typeof data37.path !== "string"){
validate22.errors = [{instancePath:instancePath+"/spill/path",schemaPath:"#/$defs/spill/properties/path/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid11 = _errs80 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data37.size !== undefined){
let data39 = data37.size;
const _errs82 = errors;
if(!(((typeof data39 == "number") && (!(data39 % 1) && !isNaN(data39))) && (isFinite(data39)))){
validate22.errors = [{instancePath:instancePath+"/spill/size",schemaPath:"#/$defs/spill/properties/size/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs82){
if((typeof data39 == "number") && (isFinite(data39))){
if(data39 < 0 || isNaN(data39)){
validate22.errors = [{instancePath:instancePath+"/spill/size",schemaPath:"#/$defs/spill/properties/size/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
var valid11 = _errs82 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data37.sha256 !== undefined){
let data40 = data37.sha256;
const _errs84 = errors;
if(errors === _errs84){
if(typeof data40 === "string"){
if(!pattern9.test(data40)){
validate22.errors = [{instancePath:instancePath+"/spill/sha256",schemaPath:"#/$defs/spill/properties/sha256/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{64}$"},message:"must match pattern \""+"^[0-9a-f]{64}$"+"\""}];
return false;
}
}
else {
validate22.errors = [{instancePath:instancePath+"/spill/sha256",schemaPath:"#/$defs/spill/properties/sha256/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid11 = _errs84 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data37.fields !== undefined){
let data41 = data37.fields;
const _errs86 = errors;
if(errors === _errs86){
if(Array.isArray(data41)){
var valid12 = true;
const len5 = data41.length;
for(let i5=0; i5<len5; i5++){
const _errs88 = errors;
if(typeof data41[i5] !== "string"){
validate22.errors = [{instancePath:instancePath+"/spill/fields/" + i5,schemaPath:"#/$defs/spill/properties/fields/items/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid12 = _errs88 === errors;
if(!valid12){
break;
}
}
}
else {
validate22.errors = [{instancePath:instancePath+"/spill/fields",schemaPath:"#/$defs/spill/properties/fields/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid11 = _errs86 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data37.lost !== undefined){
const _errs90 = errors;
if(typeof data37.lost !== "string"){
validate22.errors = [{instancePath:instancePath+"/spill/lost",schemaPath:"#/$defs/spill/properties/lost/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid11 = _errs90 === errors;
}
else {
var valid11 = true;
}
}
}
}
}
}
}
}
else {
validate22.errors = [{instancePath:instancePath+"/spill",schemaPath:"#/$defs/spill/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs76 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
else {
validate22.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate22.errors = vErrors;
return errors === 0;
}
validate22.evaluated = {"props":{"kind":true,"run_id":true,"seq":true,"ts":true,"task_id":true,"agent":true,"phase":true,"description":true,"status":true,"start_time":true,"end_time":true,"duration_seconds":true,"dependencies":true,"errors":true,"warnings":true,"metrics":true,"attempt":true,"tier":true,"worker":true,"checks":true,"findings":true,"spill":true},"dynamicProps":false,"dynamicItems":false};

const schema40 = {"type":"object","properties":{"run_id":{"type":"string","pattern":"^."},"repository":{"type":"string"},"root":{"type":"string"},"commit":{"type":["string","null"]},"tree":{"type":["string","null"]},"branch":{"type":["string","null"]},"mode":{"enum":["quick","full"]},"env":{"type":"string"},"scope":{"type":["array","null"],"items":{"type":"string"}},"today":{"type":"string"},"target_pct":{"type":"number"},"policy":{"type":"object","additionalProperties":true},"policy_digest":{"type":"string"},"diff":{"type":["object","null"],"properties":{"la":{"type":"number","minimum":0},"ld":{"type":"number","minimum":0},"nf":{"type":"number","minimum":0}},"required":["la","ld","nf"],"additionalProperties":false},"base_ref":{"type":["string","null"]},"waivers":{"type":"array","items":{"$ref":"#/$defs/waiver"}},"required":{"type":"array","items":{"type":"string"}},"scope_cuts":{"type":"object","additionalProperties":{"type":"object","additionalProperties":{"type":"string"}}},"gates":{"type":"array","items":{"$ref":"#/$defs/plannedGate"}},"config_file":{"type":["string","null"]},"config_digest":{"type":["string","null"]},"command":{"type":"array","items":{"type":"string"}},"baseline_date":{"type":["string","null"]},"pid":{"type":"integer","minimum":0},"boot_id":{"type":"string"},"host":{"type":"string"},"ci":{"type":"boolean"},"versions":{"type":"object","additionalProperties":{"type":"string"}},"concurrency":{"type":"integer","minimum":0},"started_at":{"type":"string"},"resumes":{"type":["string","null"]}},"required":["run_id","repository","root","commit","tree","branch","mode","env","scope","today","target_pct","policy","policy_digest","diff","base_ref","waivers","required","scope_cuts","gates","config_file","config_digest","command","baseline_date","pid","boot_id","host","ci","versions","concurrency","started_at","resumes"],"additionalProperties":false};
const schema41 = {"type":"object","properties":{"gate":{"type":["string","null"]},"fingerprint":{"type":"string"},"why":{"type":"string"},"owner":{"type":"string"},"reason":{"type":"string"},"until":{"type":"string"},"env":{"type":"string"}},"required":["gate","owner","reason","until"],"additionalProperties":false};
const schema42 = {"type":"object","properties":{"id":{"type":"string","pattern":"^."},"title":{"type":"string"},"agent":{"type":"string"},"areas":{"type":"array","items":{"enum":["frontend","backend","infrastructure","security","quality"]}},"report_name":{"type":"string"},"version":{"type":"string"},"checks_in_scope":{"type":"array","items":{"type":"string"}},"needs":{"type":"array","items":{"type":"string"}},"locks":{"type":"array","items":{"type":"string"}},"expected_seconds":{"type":["number","null"]},"defect_classes":{"type":"object","additionalProperties":{"type":"number"}},"reason":{"type":"string"},"decision":{"enum":["run","not_applicable","out_of_scope","skipped_by_user","not_in_mode"]},"confirmed":{"type":"boolean"},"command":{"type":"string"}},"required":["id","title","agent","areas","report_name","version","checks_in_scope","needs","locks","expected_seconds","defect_classes","reason","decision"],"additionalProperties":false};

function validate26(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate26.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((((((((((((((((((((((((((((data.run_id === undefined) && (missing0 = "run_id")) || ((data.repository === undefined) && (missing0 = "repository"))) || ((data.root === undefined) && (missing0 = "root"))) || ((data.commit === undefined) && (missing0 = "commit"))) || ((data.tree === undefined) && (missing0 = "tree"))) || ((data.branch === undefined) && (missing0 = "branch"))) || ((data.mode === undefined) && (missing0 = "mode"))) || ((data.env === undefined) && (missing0 = "env"))) || ((data.scope === undefined) && (missing0 = "scope"))) || ((data.today === undefined) && (missing0 = "today"))) || ((data.target_pct === undefined) && (missing0 = "target_pct"))) || ((data.policy === undefined) && (missing0 = "policy"))) || ((data.policy_digest === undefined) && (missing0 = "policy_digest"))) || ((data.diff === undefined) && (missing0 = "diff"))) || ((data.base_ref === undefined) && (missing0 = "base_ref"))) || ((data.waivers === undefined) && (missing0 = "waivers"))) || ((data.required === undefined) && (missing0 = "required"))) || ((data.scope_cuts === undefined) && (missing0 = "scope_cuts"))) || ((data.gates === undefined) && (missing0 = "gates"))) || ((data.config_file === undefined) && (missing0 = "config_file"))) || ((data.config_digest === undefined) && (missing0 = "config_digest"))) || ((data.command === undefined) && (missing0 = "command"))) || ((data.baseline_date === undefined) && (missing0 = "baseline_date"))) || ((data.pid === undefined) && (missing0 = "pid"))) || ((data.boot_id === undefined) && (missing0 = "boot_id"))) || ((data.host === undefined) && (missing0 = "host"))) || ((data.ci === undefined) && (missing0 = "ci"))) || ((data.versions === undefined) && (missing0 = "versions"))) || ((data.concurrency === undefined) && (missing0 = "concurrency"))) || ((data.started_at === undefined) && (missing0 = "started_at"))) || ((data.resumes === undefined) && (missing0 = "resumes"))){
validate26.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
const _errs1 = errors;
for(const key0 in data){
if(!(func1.call(schema40.properties, key0))){
validate26.errors = [{instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs1 === errors){
if(data.run_id !== undefined){
let data0 = data.run_id;
const _errs2 = errors;
if(errors === _errs2){
if(typeof data0 === "string"){
if(!pattern4.test(data0)){
validate26.errors = [{instancePath:instancePath+"/run_id",schemaPath:"#/properties/run_id/pattern",keyword:"pattern",params:{pattern: "^."},message:"must match pattern \""+"^."+"\""}];
return false;
}
}
else {
validate26.errors = [{instancePath:instancePath+"/run_id",schemaPath:"#/properties/run_id/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.repository !== undefined){
const _errs4 = errors;
if(typeof data.repository !== "string"){
validate26.errors = [{instancePath:instancePath+"/repository",schemaPath:"#/properties/repository/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.root !== undefined){
const _errs6 = errors;
if(typeof data.root !== "string"){
validate26.errors = [{instancePath:instancePath+"/root",schemaPath:"#/properties/root/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.commit !== undefined){
let data3 = data.commit;
const _errs8 = errors;
if((typeof data3 !== "string") && (data3 !== null)){
validate26.errors = [{instancePath:instancePath+"/commit",schemaPath:"#/properties/commit/type",keyword:"type",params:{type: schema40.properties.commit.type},message:"must be string,null"}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.tree !== undefined){
let data4 = data.tree;
const _errs10 = errors;
if((typeof data4 !== "string") && (data4 !== null)){
validate26.errors = [{instancePath:instancePath+"/tree",schemaPath:"#/properties/tree/type",keyword:"type",params:{type: schema40.properties.tree.type},message:"must be string,null"}];
return false;
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.branch !== undefined){
let data5 = data.branch;
const _errs12 = errors;
if((typeof data5 !== "string") && (data5 !== null)){
validate26.errors = [{instancePath:instancePath+"/branch",schemaPath:"#/properties/branch/type",keyword:"type",params:{type: schema40.properties.branch.type},message:"must be string,null"}];
return false;
}
var valid0 = _errs12 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.mode !== undefined){
let data6 = data.mode;
const _errs14 = errors;
if(!((data6 === "quick") || (data6 === "full"))){
validate26.errors = [{instancePath:instancePath+"/mode",schemaPath:"#/properties/mode/enum",keyword:"enum",params:{allowedValues: schema40.properties.mode.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.env !== undefined){
const _errs15 = errors;
if(typeof data.env !== "string"){
validate26.errors = [{instancePath:instancePath+"/env",schemaPath:"#/properties/env/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs15 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.scope !== undefined){
let data8 = data.scope;
const _errs17 = errors;
if((!(Array.isArray(data8))) && (data8 !== null)){
validate26.errors = [{instancePath:instancePath+"/scope",schemaPath:"#/properties/scope/type",keyword:"type",params:{type: schema40.properties.scope.type},message:"must be array,null"}];
return false;
}
if(errors === _errs17){
if(Array.isArray(data8)){
var valid1 = true;
const len0 = data8.length;
for(let i0=0; i0<len0; i0++){
const _errs19 = errors;
if(typeof data8[i0] !== "string"){
validate26.errors = [{instancePath:instancePath+"/scope/" + i0,schemaPath:"#/properties/scope/items/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid1 = _errs19 === errors;
if(!valid1){
break;
}
}
}
}
var valid0 = _errs17 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.today !== undefined){
const _errs21 = errors;
if(typeof data.today !== "string"){
validate26.errors = [{instancePath:instancePath+"/today",schemaPath:"#/properties/today/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs21 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.target_pct !== undefined){
let data11 = data.target_pct;
const _errs23 = errors;
if(!((typeof data11 == "number") && (isFinite(data11)))){
validate26.errors = [{instancePath:instancePath+"/target_pct",schemaPath:"#/properties/target_pct/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
var valid0 = _errs23 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.policy !== undefined){
let data12 = data.policy;
const _errs25 = errors;
if(errors === _errs25){
if(data12 && typeof data12 == "object" && !Array.isArray(data12)){
}
else {
validate26.errors = [{instancePath:instancePath+"/policy",schemaPath:"#/properties/policy/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs25 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.policy_digest !== undefined){
const _errs28 = errors;
if(typeof data.policy_digest !== "string"){
validate26.errors = [{instancePath:instancePath+"/policy_digest",schemaPath:"#/properties/policy_digest/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs28 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.diff !== undefined){
let data14 = data.diff;
const _errs30 = errors;
if((!(data14 && typeof data14 == "object" && !Array.isArray(data14))) && (data14 !== null)){
validate26.errors = [{instancePath:instancePath+"/diff",schemaPath:"#/properties/diff/type",keyword:"type",params:{type: schema40.properties.diff.type},message:"must be object,null"}];
return false;
}
if(errors === _errs30){
if(data14 && typeof data14 == "object" && !Array.isArray(data14)){
let missing1;
if((((data14.la === undefined) && (missing1 = "la")) || ((data14.ld === undefined) && (missing1 = "ld"))) || ((data14.nf === undefined) && (missing1 = "nf"))){
validate26.errors = [{instancePath:instancePath+"/diff",schemaPath:"#/properties/diff/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'"}];
return false;
}
else {
const _errs32 = errors;
for(const key1 in data14){
if(!(((key1 === "la") || (key1 === "ld")) || (key1 === "nf"))){
validate26.errors = [{instancePath:instancePath+"/diff",schemaPath:"#/properties/diff/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs32 === errors){
if(data14.la !== undefined){
let data15 = data14.la;
const _errs33 = errors;
if(errors === _errs33){
if((typeof data15 == "number") && (isFinite(data15))){
if(data15 < 0 || isNaN(data15)){
validate26.errors = [{instancePath:instancePath+"/diff/la",schemaPath:"#/properties/diff/properties/la/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
else {
validate26.errors = [{instancePath:instancePath+"/diff/la",schemaPath:"#/properties/diff/properties/la/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid2 = _errs33 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data14.ld !== undefined){
let data16 = data14.ld;
const _errs35 = errors;
if(errors === _errs35){
if((typeof data16 == "number") && (isFinite(data16))){
if(data16 < 0 || isNaN(data16)){
validate26.errors = [{instancePath:instancePath+"/diff/ld",schemaPath:"#/properties/diff/properties/ld/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
else {
validate26.errors = [{instancePath:instancePath+"/diff/ld",schemaPath:"#/properties/diff/properties/ld/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid2 = _errs35 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data14.nf !== undefined){
let data17 = data14.nf;
const _errs37 = errors;
if(errors === _errs37){
if((typeof data17 == "number") && (isFinite(data17))){
if(data17 < 0 || isNaN(data17)){
validate26.errors = [{instancePath:instancePath+"/diff/nf",schemaPath:"#/properties/diff/properties/nf/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
else {
validate26.errors = [{instancePath:instancePath+"/diff/nf",schemaPath:"#/properties/diff/properties/nf/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid2 = _errs37 === errors;
}
else {
var valid2 = true;
}
}
}
}
}
}
}
var valid0 = _errs30 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.base_ref !== undefined){
let data18 = data.base_ref;
const _errs39 = errors;
if((typeof data18 !== "string") && (data18 !== null)){
validate26.errors = [{instancePath:instancePath+"/base_ref",schemaPath:"#/properties/base_ref/type",keyword:"type",params:{type: schema40.properties.base_ref.type},message:"must be string,null"}];
return false;
}
var valid0 = _errs39 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.waivers !== undefined){
let data19 = data.waivers;
const _errs41 = errors;
if(errors === _errs41){
if(Array.isArray(data19)){
var valid3 = true;
const len1 = data19.length;
for(let i1=0; i1<len1; i1++){
let data20 = data19[i1];
const _errs43 = errors;
const _errs44 = errors;
if(errors === _errs44){
if(data20 && typeof data20 == "object" && !Array.isArray(data20)){
let missing2;
if(((((data20.gate === undefined) && (missing2 = "gate")) || ((data20.owner === undefined) && (missing2 = "owner"))) || ((data20.reason === undefined) && (missing2 = "reason"))) || ((data20.until === undefined) && (missing2 = "until"))){
validate26.errors = [{instancePath:instancePath+"/waivers/" + i1,schemaPath:"#/$defs/waiver/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'"}];
return false;
}
else {
const _errs46 = errors;
for(const key2 in data20){
if(!(((((((key2 === "gate") || (key2 === "fingerprint")) || (key2 === "why")) || (key2 === "owner")) || (key2 === "reason")) || (key2 === "until")) || (key2 === "env"))){
validate26.errors = [{instancePath:instancePath+"/waivers/" + i1,schemaPath:"#/$defs/waiver/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs46 === errors){
if(data20.gate !== undefined){
let data21 = data20.gate;
const _errs47 = errors;
if((typeof data21 !== "string") && (data21 !== null)){
validate26.errors = [{instancePath:instancePath+"/waivers/" + i1+"/gate",schemaPath:"#/$defs/waiver/properties/gate/type",keyword:"type",params:{type: schema41.properties.gate.type},message:"must be string,null"}];
return false;
}
var valid5 = _errs47 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data20.fingerprint !== undefined){
const _errs49 = errors;
if(typeof data20.fingerprint !== "string"){
validate26.errors = [{instancePath:instancePath+"/waivers/" + i1+"/fingerprint",schemaPath:"#/$defs/waiver/properties/fingerprint/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid5 = _errs49 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data20.why !== undefined){
const _errs51 = errors;
if(typeof data20.why !== "string"){
validate26.errors = [{instancePath:instancePath+"/waivers/" + i1+"/why",schemaPath:"#/$defs/waiver/properties/why/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid5 = _errs51 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data20.owner !== undefined){
const _errs53 = errors;
if(typeof data20.owner !== "string"){
validate26.errors = [{instancePath:instancePath+"/waivers/" + i1+"/owner",schemaPath:"#/$defs/waiver/properties/owner/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid5 = _errs53 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data20.reason !== undefined){
const _errs55 = errors;
if(typeof data20.reason !== "string"){
validate26.errors = [{instancePath:instancePath+"/waivers/" + i1+"/reason",schemaPath:"#/$defs/waiver/properties/reason/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid5 = _errs55 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data20.until !== undefined){
const _errs57 = errors;
if(typeof data20.until !== "string"){
validate26.errors = [{instancePath:instancePath+"/waivers/" + i1+"/until",schemaPath:"#/$defs/waiver/properties/until/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid5 = _errs57 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data20.env !== undefined){
const _errs59 = errors;
if(typeof data20.env !== "string"){
validate26.errors = [{instancePath:instancePath+"/waivers/" + i1+"/env",schemaPath:"#/$defs/waiver/properties/env/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid5 = _errs59 === errors;
}
else {
var valid5 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/waivers/" + i1,schemaPath:"#/$defs/waiver/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid3 = _errs43 === errors;
if(!valid3){
break;
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/waivers",schemaPath:"#/properties/waivers/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs41 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.required !== undefined){
let data28 = data.required;
const _errs61 = errors;
if(errors === _errs61){
if(Array.isArray(data28)){
var valid6 = true;
const len2 = data28.length;
for(let i2=0; i2<len2; i2++){
const _errs63 = errors;
if(typeof data28[i2] !== "string"){
validate26.errors = [{instancePath:instancePath+"/required/" + i2,schemaPath:"#/properties/required/items/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid6 = _errs63 === errors;
if(!valid6){
break;
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/required",schemaPath:"#/properties/required/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs61 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.scope_cuts !== undefined){
let data30 = data.scope_cuts;
const _errs65 = errors;
if(errors === _errs65){
if(data30 && typeof data30 == "object" && !Array.isArray(data30)){
for(const key3 in data30){
let data31 = data30[key3];
const _errs68 = errors;
if(errors === _errs68){
if(data31 && typeof data31 == "object" && !Array.isArray(data31)){
for(const key4 in data31){
const _errs71 = errors;
if(typeof data31[key4] !== "string"){
validate26.errors = [{instancePath:instancePath+"/scope_cuts/" + key3.replace(/~/g, "~0").replace(/\//g, "~1")+"/" + key4.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/scope_cuts/additionalProperties/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid8 = _errs71 === errors;
if(!valid8){
break;
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/scope_cuts/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/scope_cuts/additionalProperties/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid7 = _errs68 === errors;
if(!valid7){
break;
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/scope_cuts",schemaPath:"#/properties/scope_cuts/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs65 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.gates !== undefined){
let data33 = data.gates;
const _errs73 = errors;
if(errors === _errs73){
if(Array.isArray(data33)){
var valid9 = true;
const len3 = data33.length;
for(let i3=0; i3<len3; i3++){
let data34 = data33[i3];
const _errs75 = errors;
const _errs76 = errors;
if(errors === _errs76){
if(data34 && typeof data34 == "object" && !Array.isArray(data34)){
let missing3;
if((((((((((((((data34.id === undefined) && (missing3 = "id")) || ((data34.title === undefined) && (missing3 = "title"))) || ((data34.agent === undefined) && (missing3 = "agent"))) || ((data34.areas === undefined) && (missing3 = "areas"))) || ((data34.report_name === undefined) && (missing3 = "report_name"))) || ((data34.version === undefined) && (missing3 = "version"))) || ((data34.checks_in_scope === undefined) && (missing3 = "checks_in_scope"))) || ((data34.needs === undefined) && (missing3 = "needs"))) || ((data34.locks === undefined) && (missing3 = "locks"))) || ((data34.expected_seconds === undefined) && (missing3 = "expected_seconds"))) || ((data34.defect_classes === undefined) && (missing3 = "defect_classes"))) || ((data34.reason === undefined) && (missing3 = "reason"))) || ((data34.decision === undefined) && (missing3 = "decision"))){
validate26.errors = [{instancePath:instancePath+"/gates/" + i3,schemaPath:"#/$defs/plannedGate/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'"}];
return false;
}
else {
const _errs78 = errors;
for(const key5 in data34){
if(!(func1.call(schema42.properties, key5))){
validate26.errors = [{instancePath:instancePath+"/gates/" + i3,schemaPath:"#/$defs/plannedGate/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs78 === errors){
if(data34.id !== undefined){
let data35 = data34.id;
const _errs79 = errors;
if(errors === _errs79){
if(typeof data35 === "string"){
if(!pattern4.test(data35)){
validate26.errors = [{instancePath:instancePath+"/gates/" + i3+"/id",schemaPath:"#/$defs/plannedGate/properties/id/pattern",keyword:"pattern",params:{pattern: "^."},message:"must match pattern \""+"^."+"\""}];
return false;
}
}
else {
validate26.errors = [{instancePath:instancePath+"/gates/" + i3+"/id",schemaPath:"#/$defs/plannedGate/properties/id/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
}
var valid11 = _errs79 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data34.title !== undefined){
const _errs81 = errors;
if(typeof data34.title !== "string"){
validate26.errors = [{instancePath:instancePath+"/gates/" + i3+"/title",schemaPath:"#/$defs/plannedGate/properties/title/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid11 = _errs81 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data34.agent !== undefined){
const _errs83 = errors;
if(typeof data34.agent !== "string"){
validate26.errors = [{instancePath:instancePath+"/gates/" + i3+"/agent",schemaPath:"#/$defs/plannedGate/properties/agent/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid11 = _errs83 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data34.areas !== undefined){
let data38 = data34.areas;
const _errs85 = errors;
if(errors === _errs85){
if(Array.isArray(data38)){
var valid12 = true;
const len4 = data38.length;
for(let i4=0; i4<len4; i4++){
let data39 = data38[i4];
const _errs87 = errors;
if(!(((((data39 === "frontend") || (data39 === "backend")) || (data39 === "infrastructure")) || (data39 === "security")) || (data39 === "quality"))){
validate26.errors = [{instancePath:instancePath+"/gates/" + i3+"/areas/" + i4,schemaPath:"#/$defs/plannedGate/properties/areas/items/enum",keyword:"enum",params:{allowedValues: schema42.properties.areas.items.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid12 = _errs87 === errors;
if(!valid12){
break;
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/gates/" + i3+"/areas",schemaPath:"#/$defs/plannedGate/properties/areas/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid11 = _errs85 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data34.report_name !== undefined){
const _errs88 = errors;
if(typeof data34.report_name !== "string"){
validate26.errors = [{instancePath:instancePath+"/gates/" + i3+"/report_name",schemaPath:"#/$defs/plannedGate/properties/report_name/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid11 = _errs88 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data34.version !== undefined){
const _errs90 = errors;
if(typeof data34.version !== "string"){
validate26.errors = [{instancePath:instancePath+"/gates/" + i3+"/version",schemaPath:"#/$defs/plannedGate/properties/version/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid11 = _errs90 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data34.checks_in_scope !== undefined){
let data42 = data34.checks_in_scope;
const _errs92 = errors;
if(errors === _errs92){
if(Array.isArray(data42)){
var valid13 = true;
const len5 = data42.length;
for(let i5=0; i5<len5; i5++){
const _errs94 = errors;
if(typeof data42[i5] !== "string"){
validate26.errors = [{instancePath:instancePath+"/gates/" + i3+"/checks_in_scope/" + i5,schemaPath:"#/$defs/plannedGate/properties/checks_in_scope/items/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid13 = _errs94 === errors;
if(!valid13){
break;
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/gates/" + i3+"/checks_in_scope",schemaPath:"#/$defs/plannedGate/properties/checks_in_scope/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid11 = _errs92 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data34.needs !== undefined){
let data44 = data34.needs;
const _errs96 = errors;
if(errors === _errs96){
if(Array.isArray(data44)){
var valid14 = true;
const len6 = data44.length;
for(let i6=0; i6<len6; i6++){
const _errs98 = errors;
if(typeof data44[i6] !== "string"){
validate26.errors = [{instancePath:instancePath+"/gates/" + i3+"/needs/" + i6,schemaPath:"#/$defs/plannedGate/properties/needs/items/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid14 = _errs98 === errors;
if(!valid14){
break;
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/gates/" + i3+"/needs",schemaPath:"#/$defs/plannedGate/properties/needs/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid11 = _errs96 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data34.locks !== undefined){
let data46 = data34.locks;
const _errs100 = errors;
if(errors === _errs100){
if(Array.isArray(data46)){
var valid15 = true;
const len7 = data46.length;
for(let i7=0; i7<len7; i7++){
const _errs102 = errors;
if(typeof data46[i7] !== "string"){
validate26.errors = [{instancePath:instancePath+"/gates/" + i3+"/locks/" + i7,schemaPath:"#/$defs/plannedGate/properties/locks/items/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid15 = _errs102 === errors;
if(!valid15){
break;
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/gates/" + i3+"/locks",schemaPath:"#/$defs/plannedGate/properties/locks/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid11 = _errs100 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data34.expected_seconds !== undefined){
let data48 = data34.expected_seconds;
const _errs104 = errors;
if((!((typeof data48 == "number") && (isFinite(data48)))) && (data48 !== null)){
validate26.errors = [{instancePath:instancePath+"/gates/" + i3+"/expected_seconds",schemaPath:"#/$defs/plannedGate/properties/expected_seconds/type",keyword:"type",params:{type: schema42.properties.expected_seconds.type},message:"must be number,null"}];
return false;
}
var valid11 = _errs104 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data34.defect_classes !== undefined){
let data49 = data34.defect_classes;
const _errs106 = errors;
if(errors === _errs106){
if(data49 && typeof data49 == "object" && !Array.isArray(data49)){
for(const key6 in data49){
let data50 = data49[key6];
const _errs109 = errors;
if(!((typeof data50 == "number") && (isFinite(data50)))){
validate26.errors = [{instancePath:instancePath+"/gates/" + i3+"/defect_classes/" + key6.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/$defs/plannedGate/properties/defect_classes/additionalProperties/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
var valid16 = _errs109 === errors;
if(!valid16){
break;
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/gates/" + i3+"/defect_classes",schemaPath:"#/$defs/plannedGate/properties/defect_classes/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid11 = _errs106 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data34.reason !== undefined){
const _errs111 = errors;
if(typeof data34.reason !== "string"){
validate26.errors = [{instancePath:instancePath+"/gates/" + i3+"/reason",schemaPath:"#/$defs/plannedGate/properties/reason/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid11 = _errs111 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data34.decision !== undefined){
let data52 = data34.decision;
const _errs113 = errors;
if(!(((((data52 === "run") || (data52 === "not_applicable")) || (data52 === "out_of_scope")) || (data52 === "skipped_by_user")) || (data52 === "not_in_mode"))){
validate26.errors = [{instancePath:instancePath+"/gates/" + i3+"/decision",schemaPath:"#/$defs/plannedGate/properties/decision/enum",keyword:"enum",params:{allowedValues: schema42.properties.decision.enum},message:"must be equal to one of the allowed values"}];
return false;
}
var valid11 = _errs113 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data34.confirmed !== undefined){
const _errs114 = errors;
if(typeof data34.confirmed !== "boolean"){
validate26.errors = [{instancePath:instancePath+"/gates/" + i3+"/confirmed",schemaPath:"#/$defs/plannedGate/properties/confirmed/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"}];
return false;
}
var valid11 = _errs114 === errors;
}
else {
var valid11 = true;
}
if(valid11){
if(data34.command !== undefined){
const _errs116 = errors;
if(typeof data34.command !== "string"){
validate26.errors = [{instancePath:instancePath+"/gates/" + i3+"/command",schemaPath:"#/$defs/plannedGate/properties/command/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid11 = _errs116 === errors;
}
else {
var valid11 = true;
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/gates/" + i3,schemaPath:"#/$defs/plannedGate/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid9 = _errs75 === errors;
if(!valid9){
break;
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/gates",schemaPath:"#/properties/gates/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs73 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.config_file !== undefined){
let data55 = data.config_file;
const _errs118 = errors;
if((typeof data55 !== "string") && (data55 !== null)){
validate26.errors = [{instancePath:instancePath+"/config_file",schemaPath:"#/properties/config_file/type",keyword:"type",params:{type: schema40.properties.config_file.type},message:"must be string,null"}];
return false;
}
var valid0 = _errs118 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.config_digest !== undefined){
let data56 = data.config_digest;
const _errs120 = errors;
if((typeof data56 !== "string") && (data56 !== null)){
validate26.errors = [{instancePath:instancePath+"/config_digest",schemaPath:"#/properties/config_digest/type",keyword:"type",params:{type: schema40.properties.config_digest.type},message:"must be string,null"}];
return false;
}
var valid0 = _errs120 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.command !== undefined){
let data57 = data.command;
const _errs122 = errors;
if(errors === _errs122){
if(Array.isArray(data57)){
var valid17 = true;
const len8 = data57.length;
for(let i8=0; i8<len8; i8++){
const _errs124 = errors;
if(typeof data57[i8] !== "string"){
validate26.errors = [{instancePath:instancePath+"/command/" + i8,schemaPath:"#/properties/command/items/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid17 = _errs124 === errors;
if(!valid17){
break;
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/command",schemaPath:"#/properties/command/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid0 = _errs122 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.baseline_date !== undefined){
let data59 = data.baseline_date;
const _errs126 = errors;
if((typeof data59 !== "string") && (data59 !== null)){
validate26.errors = [{instancePath:instancePath+"/baseline_date",schemaPath:"#/properties/baseline_date/type",keyword:"type",params:{type: schema40.properties.baseline_date.type},message:"must be string,null"}];
return false;
}
var valid0 = _errs126 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.pid !== undefined){
let data60 = data.pid;
const _errs128 = errors;
if(!(((typeof data60 == "number") && (!(data60 % 1) && !isNaN(data60))) && (isFinite(data60)))){
validate26.errors = [{instancePath:instancePath+"/pid",schemaPath:"#/properties/pid/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs128){
if((typeof data60 == "number") && (isFinite(data60))){
if(data60 < 0 || isNaN(data60)){
validate26.errors = [{instancePath:instancePath+"/pid",schemaPath:"#/properties/pid/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
var valid0 = _errs128 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.boot_id !== undefined){
const _errs130 = errors;
if(typeof data.boot_id !== "string"){
validate26.errors = [{instancePath:instancePath+"/boot_id",schemaPath:"#/properties/boot_id/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs130 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.host !== undefined){
const _errs132 = errors;
if(typeof data.host !== "string"){
validate26.errors = [{instancePath:instancePath+"/host",schemaPath:"#/properties/host/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs132 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.ci !== undefined){
const _errs134 = errors;
if(typeof data.ci !== "boolean"){
validate26.errors = [{instancePath:instancePath+"/ci",schemaPath:"#/properties/ci/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"}];
return false;
}
var valid0 = _errs134 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.versions !== undefined){
let data64 = data.versions;
const _errs136 = errors;
if(errors === _errs136){
if(data64 && typeof data64 == "object" && !Array.isArray(data64)){
for(const key7 in data64){
const _errs139 = errors;
if(typeof data64[key7] !== "string"){
validate26.errors = [{instancePath:instancePath+"/versions/" + key7.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/versions/additionalProperties/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid18 = _errs139 === errors;
if(!valid18){
break;
}
}
}
else {
validate26.errors = [{instancePath:instancePath+"/versions",schemaPath:"#/properties/versions/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid0 = _errs136 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.concurrency !== undefined){
let data66 = data.concurrency;
const _errs141 = errors;
if(!(((typeof data66 == "number") && (!(data66 % 1) && !isNaN(data66))) && (isFinite(data66)))){
validate26.errors = [{instancePath:instancePath+"/concurrency",schemaPath:"#/properties/concurrency/type",keyword:"type",params:{type: "integer"},message:"must be integer"}];
return false;
}
if(errors === _errs141){
if((typeof data66 == "number") && (isFinite(data66))){
if(data66 < 0 || isNaN(data66)){
validate26.errors = [{instancePath:instancePath+"/concurrency",schemaPath:"#/properties/concurrency/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
}
var valid0 = _errs141 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.started_at !== undefined){
const _errs143 = errors;
if(typeof data.started_at !== "string"){
validate26.errors = [{instancePath:instancePath+"/started_at",schemaPath:"#/properties/started_at/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid0 = _errs143 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.resumes !== undefined){
let data68 = data.resumes;
const _errs145 = errors;
if((typeof data68 !== "string") && (data68 !== null)){
validate26.errors = [{instancePath:instancePath+"/resumes",schemaPath:"#/properties/resumes/type",keyword:"type",params:{type: schema40.properties.resumes.type},message:"must be string,null"}];
return false;
}
var valid0 = _errs145 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
}
else {
validate26.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate26.errors = vErrors;
return errors === 0;
}
validate26.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate21(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate21.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate22(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.kind === undefined) && (missing0 = "kind")){
validate21.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
if(data.kind !== undefined){
const _errs2 = errors;
if("run" !== data.kind){
validate21.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "run"},message:"must be equal to constant"}];
return false;
}
var valid1 = _errs2 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data.header !== undefined){
const _errs3 = errors;
if(!(validate26(data.header, {instancePath:instancePath+"/header",parentData:data,parentDataProperty:"header",rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate26.errors : vErrors.concat(validate26.errors);
errors = vErrors.length;
}
var valid1 = _errs3 === errors;
}
else {
var valid1 = true;
}
if(valid1){
for(const key0 in data){
if(((((((((((((((((((((((key0 !== "kind") && (key0 !== "header")) && (key0 !== "run_id")) && (key0 !== "seq")) && (key0 !== "ts")) && (key0 !== "task_id")) && (key0 !== "agent")) && (key0 !== "phase")) && (key0 !== "description")) && (key0 !== "status")) && (key0 !== "start_time")) && (key0 !== "end_time")) && (key0 !== "duration_seconds")) && (key0 !== "dependencies")) && (key0 !== "errors")) && (key0 !== "warnings")) && (key0 !== "metrics")) && (key0 !== "attempt")) && (key0 !== "tier")) && (key0 !== "worker")) && (key0 !== "checks")) && (key0 !== "findings")) && (key0 !== "spill")){
validate21.errors = [{instancePath,schemaPath:"#/unevaluatedProperties",keyword:"unevaluatedProperties",params:{unevaluatedProperty: key0},message:"must NOT have unevaluated properties"}];
return false;
break;
}
}
}
}
}
}
else {
validate21.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate21.errors = vErrors;
return errors === 0;
}
validate21.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema43 = {"allOf":[{"$ref":"#/$defs/fixedFields"}],"type":"object","properties":{"kind":{"const":"task"},"artifacts":{"type":"array","items":{"$ref":"#/$defs/artifact"}},"cached":{"$ref":"#/$defs/cached"}},"required":["kind"],"unevaluatedProperties":false};
const schema44 = {"type":"object","properties":{"path":{"type":"string"},"media_type":{"type":"string"},"title":{"type":"string"}},"required":["path","media_type","title"],"additionalProperties":false};
const schema45 = {"type":"object","properties":{"age_hours":{"type":"number","minimum":0},"same_digest":{"type":"boolean"},"from":{"type":"string"}},"required":["age_hours","same_digest","from"],"additionalProperties":false};

function validate28(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate28.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate22(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.kind === undefined) && (missing0 = "kind")){
validate28.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
if(data.kind !== undefined){
const _errs2 = errors;
if("task" !== data.kind){
validate28.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "task"},message:"must be equal to constant"}];
return false;
}
var valid1 = _errs2 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data.artifacts !== undefined){
let data1 = data.artifacts;
const _errs3 = errors;
if(errors === _errs3){
if(Array.isArray(data1)){
var valid2 = true;
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
let data2 = data1[i0];
const _errs5 = errors;
const _errs6 = errors;
if(errors === _errs6){
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
let missing1;
if((((data2.path === undefined) && (missing1 = "path")) || ((data2.media_type === undefined) && (missing1 = "media_type"))) || ((data2.title === undefined) && (missing1 = "title"))){
validate28.errors = [{instancePath:instancePath+"/artifacts/" + i0,schemaPath:"#/$defs/artifact/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'"}];
return false;
}
else {
const _errs8 = errors;
for(const key0 in data2){
if(!(((key0 === "path") || (key0 === "media_type")) || (key0 === "title"))){
validate28.errors = [{instancePath:instancePath+"/artifacts/" + i0,schemaPath:"#/$defs/artifact/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs8 === errors){
if(data2.path !== undefined){
const _errs9 = errors;
if(typeof data2.path !== "string"){
validate28.errors = [{instancePath:instancePath+"/artifacts/" + i0+"/path",schemaPath:"#/$defs/artifact/properties/path/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid4 = _errs9 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data2.media_type !== undefined){
const _errs11 = errors;
if(typeof data2.media_type !== "string"){
validate28.errors = [{instancePath:instancePath+"/artifacts/" + i0+"/media_type",schemaPath:"#/$defs/artifact/properties/media_type/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid4 = _errs11 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data2.title !== undefined){
const _errs13 = errors;
if(typeof data2.title !== "string"){
validate28.errors = [{instancePath:instancePath+"/artifacts/" + i0+"/title",schemaPath:"#/$defs/artifact/properties/title/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid4 = _errs13 === errors;
}
else {
var valid4 = true;
}
}
}
}
}
}
else {
validate28.errors = [{instancePath:instancePath+"/artifacts/" + i0,schemaPath:"#/$defs/artifact/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid2 = _errs5 === errors;
if(!valid2){
break;
}
}
}
else {
validate28.errors = [{instancePath:instancePath+"/artifacts",schemaPath:"#/properties/artifacts/type",keyword:"type",params:{type: "array"},message:"must be array"}];
return false;
}
}
var valid1 = _errs3 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data.cached !== undefined){
let data6 = data.cached;
const _errs15 = errors;
const _errs16 = errors;
if(errors === _errs16){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing2;
if((((data6.age_hours === undefined) && (missing2 = "age_hours")) || ((data6.same_digest === undefined) && (missing2 = "same_digest"))) || ((data6.from === undefined) && (missing2 = "from"))){
validate28.errors = [{instancePath:instancePath+"/cached",schemaPath:"#/$defs/cached/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'"}];
return false;
}
else {
const _errs18 = errors;
for(const key1 in data6){
if(!(((key1 === "age_hours") || (key1 === "same_digest")) || (key1 === "from"))){
validate28.errors = [{instancePath:instancePath+"/cached",schemaPath:"#/$defs/cached/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1},message:"must NOT have additional properties"}];
return false;
break;
}
}
if(_errs18 === errors){
if(data6.age_hours !== undefined){
let data7 = data6.age_hours;
const _errs19 = errors;
if(errors === _errs19){
if((typeof data7 == "number") && (isFinite(data7))){
if(data7 < 0 || isNaN(data7)){
validate28.errors = [{instancePath:instancePath+"/cached/age_hours",schemaPath:"#/$defs/cached/properties/age_hours/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0"}];
return false;
}
}
else {
validate28.errors = [{instancePath:instancePath+"/cached/age_hours",schemaPath:"#/$defs/cached/properties/age_hours/type",keyword:"type",params:{type: "number"},message:"must be number"}];
return false;
}
}
var valid6 = _errs19 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data6.same_digest !== undefined){
const _errs21 = errors;
if(typeof data6.same_digest !== "boolean"){
validate28.errors = [{instancePath:instancePath+"/cached/same_digest",schemaPath:"#/$defs/cached/properties/same_digest/type",keyword:"type",params:{type: "boolean"},message:"must be boolean"}];
return false;
}
var valid6 = _errs21 === errors;
}
else {
var valid6 = true;
}
if(valid6){
if(data6.from !== undefined){
const _errs23 = errors;
if(typeof data6.from !== "string"){
validate28.errors = [{instancePath:instancePath+"/cached/from",schemaPath:"#/$defs/cached/properties/from/type",keyword:"type",params:{type: "string"},message:"must be string"}];
return false;
}
var valid6 = _errs23 === errors;
}
else {
var valid6 = true;
}
}
}
}
}
}
else {
validate28.errors = [{instancePath:instancePath+"/cached",schemaPath:"#/$defs/cached/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
var valid1 = _errs15 === errors;
}
else {
var valid1 = true;
}
if(valid1){
for(const key2 in data){
if((((((((((((((((((((((((key2 !== "kind") && (key2 !== "artifacts")) && (key2 !== "cached")) && (key2 !== "run_id")) && (key2 !== "seq")) && (key2 !== "ts")) && (key2 !== "task_id")) && (key2 !== "agent")) && (key2 !== "phase")) && (key2 !== "description")) && (key2 !== "status")) && (key2 !== "start_time")) && (key2 !== "end_time")) && (key2 !== "duration_seconds")) && (key2 !== "dependencies")) && (key2 !== "errors")) && (key2 !== "warnings")) && (key2 !== "metrics")) && (key2 !== "attempt")) && (key2 !== "tier")) && (key2 !== "worker")) && (key2 !== "checks")) && (key2 !== "findings")) && (key2 !== "spill")){
validate28.errors = [{instancePath,schemaPath:"#/unevaluatedProperties",keyword:"unevaluatedProperties",params:{unevaluatedProperty: key2},message:"must NOT have unevaluated properties"}];
return false;
break;
}
}
}
}
}
}
}
else {
validate28.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate28.errors = vErrors;
return errors === 0;
}
validate28.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema46 = {"allOf":[{"$ref":"#/$defs/fixedFields"}],"type":"object","properties":{"kind":{"const":"review"}},"required":["kind"],"unevaluatedProperties":false};

function validate30(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate30.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate22(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.kind === undefined) && (missing0 = "kind")){
validate30.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
if(data.kind !== undefined){
const _errs2 = errors;
if("review" !== data.kind){
validate30.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "review"},message:"must be equal to constant"}];
return false;
}
var valid1 = _errs2 === errors;
}
else {
var valid1 = true;
}
if(valid1){
for(const key0 in data){
if((((((((((((((((((((((key0 !== "kind") && (key0 !== "run_id")) && (key0 !== "seq")) && (key0 !== "ts")) && (key0 !== "task_id")) && (key0 !== "agent")) && (key0 !== "phase")) && (key0 !== "description")) && (key0 !== "status")) && (key0 !== "start_time")) && (key0 !== "end_time")) && (key0 !== "duration_seconds")) && (key0 !== "dependencies")) && (key0 !== "errors")) && (key0 !== "warnings")) && (key0 !== "metrics")) && (key0 !== "attempt")) && (key0 !== "tier")) && (key0 !== "worker")) && (key0 !== "checks")) && (key0 !== "findings")) && (key0 !== "spill")){
validate30.errors = [{instancePath,schemaPath:"#/unevaluatedProperties",keyword:"unevaluatedProperties",params:{unevaluatedProperty: key0},message:"must NOT have unevaluated properties"}];
return false;
break;
}
}
}
}
}
else {
validate30.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate30.errors = vErrors;
return errors === 0;
}
validate30.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};

const schema47 = {"allOf":[{"$ref":"#/$defs/fixedFields"}],"type":"object","properties":{"kind":{"const":"extension"}},"required":["kind"],"unevaluatedProperties":false};

function validate32(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
let vErrors = null;
let errors = 0;
const evaluated0 = validate32.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(!(validate22(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((data.kind === undefined) && (missing0 = "kind")){
validate32.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'"}];
return false;
}
else {
if(data.kind !== undefined){
const _errs2 = errors;
if("extension" !== data.kind){
validate32.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "extension"},message:"must be equal to constant"}];
return false;
}
var valid1 = _errs2 === errors;
}
else {
var valid1 = true;
}
if(valid1){
for(const key0 in data){
if((((((((((((((((((((((key0 !== "kind") && (key0 !== "run_id")) && (key0 !== "seq")) && (key0 !== "ts")) && (key0 !== "task_id")) && (key0 !== "agent")) && (key0 !== "phase")) && (key0 !== "description")) && (key0 !== "status")) && (key0 !== "start_time")) && (key0 !== "end_time")) && (key0 !== "duration_seconds")) && (key0 !== "dependencies")) && (key0 !== "errors")) && (key0 !== "warnings")) && (key0 !== "metrics")) && (key0 !== "attempt")) && (key0 !== "tier")) && (key0 !== "worker")) && (key0 !== "checks")) && (key0 !== "findings")) && (key0 !== "spill")){
validate32.errors = [{instancePath,schemaPath:"#/unevaluatedProperties",keyword:"unevaluatedProperties",params:{unevaluatedProperty: key0},message:"must NOT have unevaluated properties"}];
return false;
break;
}
}
}
}
}
else {
validate32.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate32.errors = vErrors;
return errors === 0;
}
validate32.evaluated = {"props":true,"dynamicProps":false,"dynamicItems":false};


function validate20(data, {instancePath="", parentData, parentDataProperty, rootData=data, dynamicAnchors={}}={}){
/*# sourceURL="meta-orch/journal-record@1" */;
let vErrors = null;
let errors = 0;
const evaluated0 = validate20.evaluated;
if(evaluated0.dynamicProps){
evaluated0.props = undefined;
}
if(evaluated0.dynamicItems){
evaluated0.items = undefined;
}
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
const tag0 = data.kind;
if(typeof tag0 == "string"){
if(tag0 === "run"){
if(!(validate21(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate21.errors : vErrors.concat(validate21.errors);
errors = vErrors.length;
}
var props0 = true;
}
else if(tag0 === "task"){
if(!(validate28(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate28.errors : vErrors.concat(validate28.errors);
errors = vErrors.length;
}
if(props0 !== true){
props0 = true;
}
}
else if(tag0 === "review"){
if(!(validate30(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate30.errors : vErrors.concat(validate30.errors);
errors = vErrors.length;
}
if(props0 !== true){
props0 = true;
}
}
else if(tag0 === "extension"){
if(!(validate32(data, {instancePath,parentData,parentDataProperty,rootData,dynamicAnchors}))){
vErrors = vErrors === null ? validate32.errors : vErrors.concat(validate32.errors);
errors = vErrors.length;
}
if(props0 !== true){
props0 = true;
}
}
else {
validate20.errors = [{instancePath,schemaPath:"#/discriminator",keyword:"discriminator",params:{error: "mapping", tag: "kind", tagValue: tag0},message:"value of tag \"kind\" must be in oneOf"}];
return false;
}
}
else {
validate20.errors = [{instancePath,schemaPath:"#/discriminator",keyword:"discriminator",params:{error: "tag", tag: "kind", tagValue: tag0},message:"tag \"kind\" must be string"}];
return false;
}
}
else {
validate20.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object"}];
return false;
}
}
validate20.errors = vErrors;
evaluated0.props = props0;
return errors === 0;
}
validate20.evaluated = {"dynamicProps":true,"dynamicItems":false};
