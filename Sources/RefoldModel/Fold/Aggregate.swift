/// A fold written in Swift: state from the events of one aggregate.
///
/// A manifest names it by its type: `aggregate: { entities: [Account], fold: swift, type: ClientAggregate }`. The type's
/// `Codable` JSON is what the document's paths read; it must be an object. The type is a value and its `apply` a pure
/// function of state and event: a history of which an event was refused is folded anew.
public protocol Aggregate: Codable, Sendable {
    /// A number that rises when the fold changes; part of a run's identity.
    static var version: Int { get }
    /// A digest of whatever else the fold depends on; part of a run's identity.
    static var digest: String? { get }

    /// The state before any event: absent.
    init()

    /// Takes in one event; called in order of position, once for each event.
    ///
    /// Throwing sets the event aside as reject `aggregate_refused`, and the state is the one before it.
    mutating func apply(_ event: Event) throws

    /// Whether the aggregate is deleted, so that it has no document.
    var isDeleted: Bool { get }
}

extension Aggregate {
    /// Version 1.
    public static var version: Int { 1 }
    /// None.
    public static var digest: String? { nil }
    /// False; for Salesforce, whether the last event was `DELETE` or `GAP_DELETE`.
    public var isDeleted: Bool { SwiftFold.isAfterDelete }
}
