import RefoldBytes

/// The upcasters of a read model, oldest first.
///
/// They run after the envelope is decoded and before duplicates, order and fold; each sees what the ones before it left.
///
/// Source: MANIFESTS, "Upcasters".
package struct UpcastChain: Sendable {
    private enum Link {
        case declared(UpcastCondition, [Step])
        case swift(name: String, any Upcaster)
    }
    private enum Step {
        case rename(from: ByteString, to: ByteString)
        case drop(ByteString)
        case set(ByteString, JSONValue)
        case map(ByteString, ValueMap)
    }
    private let links: [Link]

    /// The rules with the Swift types they name; throws `model.unknown_type` for one that is not registered.
    package init(rules: [UpcastRule], types: TypeRegistry) throws(ModelError) {
        var links: [Link] = []
        for rule in rules {
            switch rule {
            case .declared(let condition, let steps):
                links.append(.declared(condition, steps.map(Self.compiled)))
            case .swift(let name): links.append(.swift(name: name, try types.upcaster(named: name)))
            }
        }
        self.links = links
    }

    /// Whether there is nothing to do for any event.
    package var isEmpty: Bool { links.isEmpty }

    /// Brings an event to its newest shape and says whether anything changed.
    ///
    /// An event that is rejected is left in an unspecified shape; the caller sets it aside.
    package func apply(to event: inout Event) throws(EventReject) -> Bool {
        var isChanged = false
        for link in links {
            switch link {
            case .declared(let condition, let steps):
                guard condition.holds(for: event) else { continue }
                for step in steps where try Self.apply(step, to: &event) { isChanged = true }
            case .swift(let name, let upcaster):
                do {
                    if try upcaster.upcast(&event) { isChanged = true }
                } catch {
                    throw EventReject(.upcastFailed, "\(name) threw \(nameOfError(error))")
                }
            }
        }
        return isChanged
    }

    private static func compiled(_ step: UpcastStep) -> Step {
        switch step {
        case .rename(let from, let to): .rename(from: from, to: to)
        case .drop(let field): .drop(field)
        case .set(let field, let value): .set(field, value)
        case .map(let field, let values): .map(field, ValueMap(values))
        }
    }

    private static func apply(_ step: Step, to event: inout Event) throws(EventReject) -> Bool {
        switch step {
        case .rename(let from, let to):
            guard from != to, event.names(from) else { return false }
            guard !event.names(to) else {
                throw EventReject(.upcastCollision, "\(from) cannot become \(to): the event names both")
            }
            event.rename(from, to: to)
        case .drop(let field):
            guard event.names(field) else { return false }
            event.drop(field)
        case .set(let field, let value):
            let before = event
            event.set(field, to: value)
            return event != before
        case .map(let field, let map):
            guard let value = event.body[field], let mapped = map.replaced(value) else { return false }
            event.body[field] = mapped
        }
        return true
    }
}

extension UpcastCondition {
    /// Whether all parts hold; a time that an event lacks is neither before nor after anything.
    package func holds(for event: Event) -> Bool {
        if let entity, !entity.contains(event.entity) { return false }
        if let type, !type.contains(event.type) { return false }
        if let has, !has.allSatisfy(event.names) { return false }
        if let missing, missing.contains(where: event.names) { return false }
        if let before {
            guard let time = event.timeMilliseconds, time < before else { return false }
        }
        if let after {
            guard let time = event.timeMilliseconds, time >= after else { return false }
        }
        return true
    }
}

/// The name of an error without what it carries: an event's values must not reach a report.
func nameOfError(_ error: any Error) -> String {
    let mirror = Mirror(reflecting: error)
    let type = String(describing: mirror.subjectType)
    guard mirror.displayStyle == .enum else { return type }
    guard let label = mirror.children.first?.label else {
        return error is any CustomStringConvertible ? type : "\(type).\(error)"
    }
    return "\(type).\(label)"
}
