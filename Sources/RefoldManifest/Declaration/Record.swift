internal import RefoldBytes

/// A mapping whose keys are declared: the table that decoding, errors, JSON Schema and reference share.
struct Record<Draft: Sendable>: Sendable {
    /// A draft before any key is read.
    let initial: @Sendable () -> Draft
    /// What decides which keys apply.
    let choice: Choice
    /// The keys.
    let keys: [Key<Draft>]
    /// What they must be together.
    let demands: [Demand]

    /// A table of keys.
    init(
        _ initial: @escaping @Sendable @autoclosure () -> Draft,
        choice: Choice = .none,
        demands: [Demand] = [],
        keys: [Key<Draft>]
    ) {
        self.initial = initial
        self.demands = demands
        self.choice = choice
        self.keys = keys
    }

    /// The shape of the draft itself.
    var shape: Shape<Draft> { shape { draft, _, _ in draft } }

    /// The shape of what is made of the draft.
    ///
    /// A key that is missing or not usable was reported and leaves the draft as it was; the rest goes on, so that all
    /// problems come at once. A definition made of such a draft never leaves the loader.
    func shape<Value>(
        finish: @escaping @Sendable (Draft, YAMLNode, inout Reading) -> Value?
    ) -> Shape<Value> {
        let description = RecordDescription(choice: choice, keys: keys.map(\.description), demands: demands)
        return Shape(description: .record(description)) { node, reading in
            guard let draft = read(node, &reading) else { return nil }
            return finish(draft, node, &reading)
        }
    }

    private func read(_ node: YAMLNode, _ reading: inout Reading) -> Draft? {
        guard let pairs = node.pairs else {
            reading.report(.type, "expected a mapping, found \(reading.describe(node))", at: node.mark)
            return nil
        }
        let outcome = choice.variant(of: node, &reading)
        let variant = outcome.variant
        reportKeys(pairs, variant: variant, &reading)
        var draft = initial()
        // Without a variant, what all variants share is still read, for its problems.
        let mine = keys.filter {
            $0.description.applies(to: variant)
                && (outcome.isKnown || $0.description.variants == nil && $0.description.name != choice.key)
        }
        for pair in pairs {
            mine.first { $0.description.name == pair.key.string }?.assign(&draft, pair.value, &reading)
        }
        for key in mine where node.pair(key.description.name) == nil {
            switch key.description.need {
            case .required:
                reading.report(
                    .missingKey,
                    "`\(key.description.name)` is missing",
                    at: node.mark.narrow,
                    cause: variant.map { "\(choice.title(of: $0)) needs it: \(key.description.meaning)" }
                        ?? key.description.meaning
                )
            case .byDefault(let value): key.assign(&draft, YAMLNode(value, at: node.mark), &reading)
            case .optional, .decidedLater: break
            }
        }
        for demand in demands where demand.variant == nil || demand.variant == variant {
            check(demand, node, &reading)
        }
        return outcome.isKnown ? draft : nil
    }

    private func check(_ demand: Demand, _ node: YAMLNode, _ reading: inout Reading) {
        let present = (node.pairs ?? []).filter { demand.keys.contains($0.key.string) }
        let list = demand.keys.map { "`\($0)`" }.joined(separator: ", ")
        switch demand.count {
        case .atLeastOne where present.isEmpty:
            reading.report(.missingKey, "at least one of \(list) is needed", at: node.mark.narrow)
        case .exactlyOne where present.isEmpty:
            reading.report(.missingKey, "exactly one of \(list) is needed", at: node.mark.narrow)
        case .exactlyOne where present.count > 1:
            reading.report(
                .combination,
                "only one of \(list) is taken",
                at: present[1].keyMark,
                fix: "keep one of them"
            )
        case .atLeastOne, .exactlyOne: break
        }
    }
}

extension SourceMark {
    /// The place without its width: the beginning of something long.
    var narrow: SourceMark { SourceMark(source: source, line: line, column: column) }
}
