import RefoldBytes
import RefoldModel

/// JSON of a test's text.
func json(_ text: String) throws -> JSONValue {
    try JSONValue(parsing: ByteString(text))
}

/// An event of a test.
func event(
    _ type: String,
    at position: Int64 = 1,
    body: String = "{}",
    entity: String = "Account",
    changed: [ByteString]? = nil,
    nulled: [ByteString]? = nil,
    diff: [ByteString]? = nil
) throws -> Event {
    Event(
        entity: ByteString(entity),
        id: "a1",
        type: ByteString(type),
        position: position,
        time: .text("2024-05-01T10:00:00Z"),
        timeMilliseconds: 1_714_557_600_000,
        body: try json(body).asObject ?? [:],
        changedFields: changed,
        nulledFields: nulled,
        diffFields: diff
    )
}

/// A live aggregate of a test, its fields made canonical.
func snapshot(
    _ fields: String,
    id: String = "a1",
    state: AggregateSnapshot.State = .live
) throws -> AggregateSnapshot {
    AggregateSnapshot(
        entity: "Account",
        id: ByteString(id),
        state: state,
        fields: try json(fields).canonical,
        version: 7,
        position: 5,
        time: .text("2024-05-01T10:00:00Z"),
        type: "UPDATE"
    )
}

/// A field of a test's document.
func field(
    _ name: String,
    _ source: FieldDefinition.Source,
    split: ByteString? = nil,
    map: [(JSONValue, JSONValue)]? = nil,
    unmapped: FieldDefinition.Unmapped = .keep,
    type: ValueType? = nil,
    default defaultValue: JSONValue? = nil,
    onError: FieldDefinition.OnError = .reject
) -> FieldDefinition {
    FieldDefinition(
        name: FieldPath(name),
        source: source,
        split: split,
        map: map?.map { .init(from: $0.0, to: $0.1) },
        unmapped: unmapped,
        type: type,
        defaultValue: defaultValue,
        onError: onError
    )
}

extension FieldDefinition.Source {
    /// A path of the state.
    static func path(_ dotted: String) -> Self { .from(.path(FieldPath(dotted))) }
}

extension ValueSource {
    /// A path of the state.
    static func at(_ dotted: String) -> Self { .path(FieldPath(dotted)) }
}

/// The document of a state, or the word of its reject, or nil.
func document(
    of fields: String,
    _ definitions: FieldDefinition...,
    where conditions: [Condition] = []
) throws -> String? {
    let definition = DocumentDefinition(where: conditions, fields: .listed(definitions))
    return text(of: try Projection(definition: definition).project(try snapshot(fields)))
}

/// An outcome in short.
func text(of outcome: ProjectionOutcome) -> String? {
    switch outcome {
    case .document(let source): source.string
    case .absent: nil
    case .reject(let why, _, _): why
    }
}
