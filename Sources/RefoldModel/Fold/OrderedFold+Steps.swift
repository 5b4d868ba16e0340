import RefoldBytes

extension OrderedFold {
    /// How one step is taken back; a list is only shortened, for keeping its old value would copy it at every append.
    private enum Undo {
        case restore(ByteString, JSONValue?)
        case shorten(FieldPath)
    }

    func apply(_ steps: [OrderedStep], of event: Event, to fields: inout JSONObject) throws(EventReject) {
        var undo: [Undo] = []
        do throws(EventReject) {
            for step in steps { try apply(step, of: event, to: &fields, &undo) }
        } catch {
            for step in undo.reversed() { Self.takeBack(step, in: &fields) }
            throw error
        }
    }

    private func apply(
        _ step: OrderedStep,
        of event: Event,
        to fields: inout JSONObject,
        _ undo: inout [Undo]
    ) throws(EventReject) {
        var operand: JSONValue?
        if step.verb != .unset {
            operand = step.operand.flatMap { $0.value(in: event) }
            guard operand != nil else { return }
        }
        guard let name = step.field.names.first else { return }
        let path = step.field.names[...]
        var isGrowing = false
        if step.verb == .append, operand != .null { isGrowing = fields.value(at: path)?.isList ?? false }
        if !isGrowing { undo.append(.restore(name, fields[name])) }
        let isReached = try fields.modify(at: path) { (value: inout JSONValue?) throws(EventReject) in
            try step.change(&value, by: operand)
        }
        guard isReached else { throw step.refuses("leads through a value that is no object") }
        if isGrowing { undo.append(.shorten(step.field)) }
    }

    private static func takeBack(_ step: Undo, in fields: inout JSONObject) {
        switch step {
        case .restore(let name, let value): fields[name] = value
        case .shorten(let path):
            _ = fields.modify(at: path.names[...]) { (value: inout JSONValue?) throws(Never) in
                value.changeElements { $0.removeLast() }
            }
        }
    }
}

extension OrderedStep {
    /// Changes what lies at the field; the value's own storage is changed where nobody else holds it.
    fileprivate func change(_ value: inout JSONValue?, by operand: JSONValue?) throws(EventReject) {
        if value == .null { value = nil }
        guard let operand, operand != .null else {
            if verb != .setOnce { value = nil }
            return
        }
        switch verb {
        case .set: value = operand
        case .setOnce: value = value ?? operand
        case .unset: value = nil
        case .add: value = try sum(value, operand)
        case .min, .max: value = try extreme(value, operand)
        case .append:
            guard let isList = value.map(\.isList) else {
                value = .array([operand])
                return
            }
            guard isList else { throw refuses("is no list") }
            value.changeElements { $0.append(operand) }
        }
    }

    private func sum(_ value: JSONValue?, _ operand: JSONValue) throws(EventReject) -> JSONValue {
        guard case .number(let added) = operand, case .number(let stored) = value ?? 0,
            let left = DecimalNumber(stored.bytes[...]), let right = DecimalNumber(added.bytes[...])
        else { throw refuses("adds what is no number") }
        guard let sum = DecimalNumber.sum(left, right) else {
            throw EventReject(
                .foldOverflow,
                "add \(field.dotted) leaves the range of its sum",
                field: field.dotted
            )
        }
        return .number(sum)
    }

    private func extreme(_ value: JSONValue?, _ operand: JSONValue) throws(EventReject) -> JSONValue {
        guard let isLess = operand.isLess(than: value ?? operand) else {
            throw refuses("compares what are not two numbers or two texts")
        }
        guard let value else { return operand }
        let isGreater = value.isLess(than: operand) ?? false
        return (verb == .min ? isLess : isGreater) ? operand : value
    }

    fileprivate func refuses(_ reason: String) -> EventReject {
        EventReject(.foldType, "\(verb.rawValue) \(field.dotted) \(reason)", field: field.dotted)
    }
}

extension OrderedOperand {
    /// The operand's value for an event; nil when the event lacks it.
    fileprivate func value(in event: Event) -> JSONValue? {
        switch self {
        case .path(let path): event.body.value(at: path.names[...])
        case .constant(let value): value
        case .builtIn(let source):
            switch source {
            case .key: .string(event.key)
            case .id: .string(event.id)
            case .entity: .string(event.entity)
            case .position, .version: .integer(event.position)
            case .time: event.time
            case .type: .string(event.type)
            }
        }
    }
}

extension JSONValue {
    /// Order of two numbers by value or two texts by bytes; nil for any other pair.
    fileprivate func isLess(than other: JSONValue) -> Bool? {
        switch (self, other) {
        case (.string(let left), .string(let right)): return left < right
        case (.number(let left), .number(let right)):
            guard let left = DecimalNumber(left.bytes[...]), let right = DecimalNumber(right.bytes[...])
            else {
                return nil
            }
            return left < right
        default: return nil
        }
    }
}

extension JSONValue? {
    /// Changes the elements of a list in place; nothing when this is no list.
    fileprivate mutating func changeElements(_ change: (inout [JSONValue]) -> Void) {
        guard case .array(var elements)? = self else { return }
        // With a second holder the elements would be copied at every change.
        self = nil
        change(&elements)
        self = .array(elements)
    }
}

extension JSONValue {
    fileprivate var isList: Bool {
        if case .array = self { true } else { false }
    }
}
