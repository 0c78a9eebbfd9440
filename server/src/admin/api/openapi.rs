//! The description of the API, made from the routes themselves: what all of them share is written here once.

use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    Components, ContentBuilder, Info, OpenApi, OpenApiBuilder, PathItem, Ref, RefOr, Required, Response,
    ResponseBuilder, Server,
};
use utoipa::{PartialSchema, ToSchema};

use super::Problem;

/// Where the API is.
const PREFIX: &str = "/api/v1";

const ABOUT: &str = "Everything the interface does, for programs. Send `Authorization: Bearer TOKEN` with an API \
    token; the pages of the interface use their session. Times are Unix milliseconds. Errors are problem details \
    (RFC 9457), whose `type` is stable. What can be edited by two at once has an entity tag: a change names the one \
    it began with in `If-Match`. Lists come in pages, `next` begins the next one. Each change takes `dry_run=1`: it \
    is checked and answered as usual, and nothing stays.";

/// Before the routes are added.
pub(super) fn base() -> OpenApi {
    let info = Info::builder()
        .title("Sidetag")
        .version("1")
        .description(Some(ABOUT))
        .license(Some(utoipa::openapi::License::new("Apache-2.0")))
        .build();
    let mut components = Components::new();
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("sidetag_…").build();
    components.add_security_scheme("token", SecurityScheme::Http(bearer));
    let session = ApiKey::Cookie(ApiKeyValue::new("__Host-sidetag"));
    components.add_security_scheme("session", SecurityScheme::ApiKey(session));
    OpenApiBuilder::new().info(info).components(Some(components)).servers(Some([Server::new(PREFIX)])).build()
}

/// After the routes were added: gives each operation the answers and parameters that all of its kind have.
pub(super) fn complete(mut api: OpenApi) -> OpenApi {
    for (changes, operation) in api.paths.paths.values_mut().flat_map(operations) {
        complete_operation(operation, changes);
    }
    if let Some(components) = &mut api.components {
        for (status, description) in PROBLEMS {
            components.responses.insert(name(status), problem(description).into());
        }
        components.schemas.insert(Problem::name().into(), Problem::schema());
        let mut nested = vec![];
        Problem::schemas(&mut nested);
        components.schemas.extend(nested);
    }
    api
}

/// The operations of a path, each with whether it changes something.
fn operations(item: &mut PathItem) -> impl Iterator<Item = (bool, &mut Operation)> {
    let reads = item.get.iter_mut().map(|operation| (false, operation));
    let changes = [&mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
    reads.chain(changes.into_iter().flatten().map(|operation| (true, operation)))
}

/// The answers that say what went wrong, by their status: each is described once and referred to.
const PROBLEMS: [(&str, &str); 12] = [
    ("400", "The request cannot be read."),
    ("401", "Nobody is signed in, and there is no valid token."),
    ("403", "The role or scope does not allow this."),
    ("404", "It does not exist, or no longer."),
    ("409", "It was changed in the meantime."),
    ("412", "It is no longer at the revision that `If-Match` names."),
    ("413", "The body is too large."),
    ("415", "The body is no JSON."),
    ("422", "Fields need mending, or the change needs to be confirmed."),
    ("428", "`If-Match` is missing."),
    ("429", "Too many tries."),
    ("503", "The database does not answer."),
];

fn complete_operation(operation: &mut Operation, changes: bool) {
    let conditional = operation.parameters.iter().flatten().any(is_if_match);
    let has_body = operation.request_body.is_some();
    let applies = |status: &str| match status {
        "409" | "422" => changes,
        "413" | "415" => has_body,
        "412" | "428" => conditional,
        _ => true,
    };
    for (status, _) in PROBLEMS.into_iter().filter(|(status, _)| applies(status)) {
        let answers = &mut operation.responses.responses;
        answers.entry(status.to_owned()).or_insert_with(|| Ref::from_response_name(name(status)).into());
    }
    if changes {
        operation.parameters.get_or_insert_default().push(RefOr::T(dry_run()));
    }
}

fn name(status: &str) -> String {
    format!("Problem{status}")
}

fn problem(description: &str) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(Problem::name()))).build();
    ResponseBuilder::new().description(description).content("application/problem+json", content).build()
}

fn is_if_match(parameter: &RefOr<Parameter>) -> bool {
    matches!(parameter, RefOr::T(parameter) if parameter.name == "if-match")
}

fn dry_run() -> Parameter {
    let schema = ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::String))
        .enum_values(Some(["0", "1"]))
        .build();
    ParameterBuilder::new()
        .name("dry_run")
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some("1: tell what would happen, and change nothing."))
        .schema(Some(Schema::Object(schema)))
        .build()
}
