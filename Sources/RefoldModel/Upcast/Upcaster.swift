/// A rule, written in Swift, that turns an old shape of an event into the new one.
///
/// A manifest names it by its type: `upcast: [ { swift: SplitName } ]`.
public protocol Upcaster: Sendable {
    /// A number that rises when the rule changes; part of a run's identity.
    static var version: Int { get }
    /// A digest of whatever else the rule depends on; part of a run's identity.
    static var digest: String? { get }

    /// Changes the event where it is of an old shape, and says whether it did.
    ///
    /// Throwing sets the event aside as reject `upcast_failed`.
    func upcast(_ event: inout Event) throws -> Bool
}

extension Upcaster {
    /// Version 1.
    public static var version: Int { 1 }
    /// None.
    public static var digest: String? { nil }
}
