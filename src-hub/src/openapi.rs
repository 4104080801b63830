//! The OpenAPI 3.1 document of every call the hub answers, drawn from the one list of calls.

use axum::http::StatusCode;
use ministore_core::call::{Call, Kind};
use ministore_core::customer_display::{DISPLAY_KEY, DisplayNews};
use ministore_core::order::Quote;
use ministore_core::refusal::Refusal;
use ministore_core::role::{Role, Roles};
use ministore_core::sync::Event;
use ministore_core::with_calls;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

/// The document.
pub fn document() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut schemas = settings.into_generator();
    let mut paths = Map::new();
    macro_rules! add_each {
        (() $($call:ty;)*) => { $(add_call::<$call>(&mut paths, &mut schemas);)* };
    }
    with_calls!(add_each);
    let problem = json!({
        "description": "Nothing was done. The body says why, as problem details (RFC 9457).",
        "headers": { "Retry-After": {
            "description": "After how many seconds it is worth trying again; with 429 and 503.",
            "schema": { "type": "integer", "minimum": 1 },
        } },
        "content": { "application/problem+json": { "schema": {
            "allOf": [schemas.subschema_for::<Refusal>()],
            "type": "object",
            "properties": {
                "type": { "type": "string", "format": "uri" },
                "title": { "type": "string" },
                "status": { "type": "integer" },
                "detail": { "type": "string" },
            },
            "required": ["type", "title", "status", "detail", "code"],
        } } },
    });
    let event = schemas.subschema_for::<Event>();
    let display = schemas.subschema_for::<DisplayNews>();
    add_plain_paths(&mut paths, &event, &display);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Ministore hub",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Every action is a call: POST /api/{call} with JSON.",
            "license": { "name": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "security": [{}, { "key": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas.take_definitions(true),
            "responses": { "Problem": problem },
            "parameters": { "IdempotencyKey": {
                "name": "Idempotency-Key",
                "in": "header",
                "required": true,
                "description": "A UUID of the caller's making. Sent again with the same one, the call is done once \
                    and answered the same.",
                "schema": { "type": "string", "format": "uuid" },
            } },
            "securitySchemes": { "key": {
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "<device or session id>.<64 hexadecimal digits>",
            } },
        },
    })
}

fn add_call<C: Call + JsonSchema>(paths: &mut Map<String, Value>, schemas: &mut SchemaGenerator)
where
    C::Reply: JsonSchema,
{
    let kind = match C::KIND {
        Kind::Query => "query",
        Kind::Request => "request",
        Kind::Fact => "fact",
        Kind::Credential => "credential",
        Kind::Device => return,
    };
    let request = schemas.subschema_for::<C>();
    let reply = schemas.subschema_for::<C::Reply>();
    let area = C::NAME.split('.').next().unwrap_or_default();
    let mut operation = json!({
        "operationId": C::NAME,
        "tags": [area],
        "x-kind": kind,
        "x-roles": C::ROLES.iter().collect::<Vec<Role>>(),
        "requestBody": { "required": true, "content": { "application/json": { "schema": request } } },
        "responses": {
            "200": { "description": "Done.", "content": { "application/json": { "schema": reply } } },
        },
    });
    let mut statuses = problem_statuses(C::KIND, C::ROLES);
    if C::NAME == Quote::NAME {
        // A question, and refused as the order itself would be.
        statuses.extend([StatusCode::CONFLICT, StatusCode::UNPROCESSABLE_ENTITY]);
    }
    for status in statuses {
        operation["responses"][status.as_str()] = json!({ "$ref": "#/components/responses/Problem" });
    }
    if !C::ROLES.include(Role::Visitor) {
        operation["security"] = json!([{ "key": [] }]);
    }
    if C::KIND == Kind::Request {
        operation["parameters"] = json!([{ "$ref": "#/components/parameters/IdempotencyKey" }]);
    }
    paths.insert(format!("/api/{}", C::NAME), json!({ "post": operation }));
}

/// With which statuses a call is refused.
fn problem_statuses(kind: Kind, roles: Roles) -> Vec<StatusCode> {
    let mut statuses = vec![
        StatusCode::BAD_REQUEST,
        StatusCode::UNAUTHORIZED,
        StatusCode::NOT_FOUND,
        StatusCode::REQUEST_TIMEOUT,
        StatusCode::PAYLOAD_TOO_LARGE,
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        StatusCode::TOO_MANY_REQUESTS,
        StatusCode::INTERNAL_SERVER_ERROR,
        StatusCode::SERVICE_UNAVAILABLE,
    ];
    if roles != Roles::EVERYONE {
        statuses.push(StatusCode::FORBIDDEN);
    }
    if kind != Kind::Query {
        statuses.extend([
            StatusCode::CONFLICT,
            StatusCode::UNPROCESSABLE_ENTITY,
            StatusCode::INSUFFICIENT_STORAGE,
        ]);
    }
    statuses
}

/// What is fetched rather than called.
fn add_plain_paths(paths: &mut Map<String, Value>, event: &schemars::Schema, display: &schemars::Schema) {
    let answer = |description: &str, media_type: &str, schema: Value, problems: &[u16]| {
        let mut answers = json!({
            "200": { "description": description, "content": { media_type: { "schema": schema } } },
        });
        for status in [problems, &[500, 503]].concat() {
            answers[status.to_string()] = json!({ "$ref": "#/components/responses/Problem" });
        }
        answers
    };
    let events = json!({ "get": {
        "operationId": "events",
        "tags": ["sync"],
        "description": "What the caller may hear: first all after the cursor, then live. Each message's id is its \
            cursor and its data an Event. Without a cursor it starts now, with a message `hello` that says {\"cursor\":N}. \
            A customers' display that sends its key hears messages `display` too, each with all that it shows.",
        "parameters": [{
            "name": "after", "in": "query", "required": false,
            "schema": { "type": "integer", "format": "int64" },
        }, {
            "name": DISPLAY_KEY, "in": "header", "required": false,
            "schema": { "type": "string", "pattern": "^[0-9A-Fa-f]{64}$" },
        }],
        "responses": answer("Server-sent events.", "text/event-stream", json!({ "type": "string", "x-event": event, "x-display": display }), &[400, 401, 429]),
    } });
    let picture = json!({ "get": {
        "operationId": "picture",
        "tags": ["catalogue"],
        "parameters": [{
            "name": "id", "in": "path", "required": true,
            "schema": { "type": "string", "pattern": "^[0-9a-f]{64}$" },
        }],
        "responses": answer("The picture, which never changes.", "image/*", json!({}), &[404]),
    } });
    let health = |path: &str, description: &str, status: &str| {
        json!({ "get": {
            "operationId": path,
            "tags": ["hub"],
            "description": description,
            "responses": answer("Yes.", "application/json", json!({
                "type": "object",
                "properties": {
                    "status": { "const": status },
                    "version": { "type": "string" },
                    "schema": { "type": "integer" },
                },
                "required": ["status", "version", "schema"],
            }), &[]),
        } })
    };
    let metrics = json!({ "get": {
        "operationId": "metrics",
        "tags": ["hub"],
        "description": "What the hub measures of itself, for Prometheus. Told to programs on its own machine only, \
            unless it was started with --metrics-from any.",
        "responses": answer("OpenMetrics 1.0.", "application/openmetrics-text", json!({ "type": "string" }), &[403]),
    } });
    paths.insert("/events".into(), events);
    paths.insert("/pictures/{id}".into(), picture);
    paths.insert("/healthz".into(), health("healthz", "Whether the hub lives.", "ok"));
    paths.insert(
        "/readyz".into(),
        health(
            "readyz",
            "Whether the hub can answer: its database can be read, and it is not ending.",
            "ready",
        ),
    );
    paths.insert("/metrics".into(), metrics);
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use ministore_core::call::CALLS;

    use super::*;

    /// Every `$ref` in the document.
    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                if let Some(Value::String(target)) = fields.get("$ref") {
                    found.insert(target.clone());
                }
                fields.values().for_each(|field| references(field, found));
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = document();
        let mut found = BTreeSet::new();
        references(&document, &mut found);
        assert!(found.len() > 40, "{}", found.len());
        for target in found {
            let pointer = target.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{target}");
        }
    }

    #[test]
    fn every_call_that_the_hub_answers_is_described() {
        let document = document();
        for call in CALLS {
            let operation = &document["paths"][format!("/api/{}", call.name)]["post"];
            assert_eq!(operation.is_null(), call.kind == Kind::Device, "{}", call.name);
        }
    }

    #[test]
    fn the_document_is_as_clients_know_it() {
        let document = document();
        // By name: whether a map of JSON keeps another order depends on what else is built beside it.
        let calls: BTreeMap<&String, String> = document["paths"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(path, item)| {
                let Some(post) = item.get("post") else { return (path, format!("GET  {path}")) };
                let short = |schema: &Value| match schema["$ref"].as_str() {
                    Some(target) => target.rsplit('/').next().unwrap().to_owned(),
                    None => schema.to_string(),
                };
                let call = format!(
                    "POST {path}: {} -> {} [{} by {}]{}",
                    short(&post["requestBody"]["content"]["application/json"]["schema"]),
                    short(&post["responses"]["200"]["content"]["application/json"]["schema"]),
                    post["x-kind"].as_str().unwrap(),
                    post["x-roles"]
                        .as_array()
                        .unwrap()
                        .iter()
                        .filter_map(Value::as_str)
                        .collect::<Vec<_>>()
                        .join(" "),
                    if post["parameters"].is_null() { "" } else { " Idempotency-Key" },
                );
                (path, call)
            })
            .collect();
        let calls: Vec<String> = calls.into_values().collect();
        insta::assert_snapshot!(calls.join("\n"));
        let schemas: BTreeSet<&String> =
            document["components"]["schemas"].as_object().unwrap().keys().collect();
        insta::assert_json_snapshot!("schema_names", schemas);
        insta::assert_json_snapshot!(
            "refusal_codes",
            document["components"]["schemas"]["Refusal"]["oneOf"]
                .as_array()
                .unwrap()
                .iter()
                .map(|variant| variant["properties"]["code"]["const"].clone())
                .collect::<Vec<_>>()
        );
    }
}
