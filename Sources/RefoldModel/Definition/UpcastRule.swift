public import RefoldBytes

/// One upcaster: which events it takes, what it changes.
///
/// Source: MANIFESTS, "Upcasters". An event names a field when its body holds it, even as null, or one of its name
/// lists has it.
public enum UpcastRule: Sendable, Hashable {
    /// Declared in the manifest.
    case declared(when: UpcastCondition, steps: [UpcastStep])
    /// A Swift type registered under this name.
    case swift(name: String)
}

/// Which events an upcaster takes; all parts must hold, an absent part always holds.
public struct UpcastCondition: Sendable, Hashable {
    /// One of these entities.
    public var entity: [ByteString]?
    /// One of these event types.
    public var type: [ByteString]?
    /// All of these names are named.
    public var has: [ByteString]?
    /// None of these names is named.
    public var missing: [ByteString]?
    /// Before this instant, exclusive; milliseconds since 1970.
    public var before: Int64?
    /// At or after this instant; milliseconds since 1970.
    public var after: Int64?

    /// A condition that always holds.
    public init() {}
}

/// One change of an upcaster, in the order written.
public enum UpcastStep: Sendable, Hashable {
    /// Renames a field in body and lists; onto a named field is reject `upcast_collision`.
    case rename(from: ByteString, to: ByteString)
    /// Drops a field from body and lists.
    case drop(ByteString)
    /// Sets a field of the body to a constant.
    case set(field: ByteString, value: JSONValue)
    /// Replaces values of a field.
    case map(field: ByteString, values: [(from: JSONValue, to: JSONValue)])

    /// Equal when all parts are.
    public static func == (left: UpcastStep, right: UpcastStep) -> Bool {
        switch (left, right) {
        case (.rename(let a, let b), .rename(let c, let d)): a == c && b == d
        case (.drop(let a), .drop(let b)): a == b
        case (.set(let a, let b), .set(let c, let d)): a == c && b == d
        case (.map(let a, let b), .map(let c, let d)):
            a == c && b.count == d.count && zip(b, d).allSatisfy { $0.from == $1.from && $0.to == $1.to }
        default: false
        }
    }

    /// Hashes the field names.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .rename(let from, let to):
            hasher.combine(from)
            hasher.combine(to)
        case .drop(let field), .set(let field, _), .map(let field, _): hasher.combine(field)
        }
    }
}
