internal import RefoldBytes
internal import RefoldModel

/// What must hold between the parts of one read model.
struct ReadModelChecks {
    let definition: ReadModelDefinition
    let root: YAMLNode

    /// Reports what does not hold.
    func run(_ reading: inout Reading) {
        checkFold(&reading)
        checkEntities(&reading)
        DocumentChecks(definition: definition, root: root).run(&reading)
    }

    private func checkFold(_ reading: inout Reading) {
        guard let aggregate = root["aggregate"] else { return }
        let mark = aggregate["fold"]?.mark ?? aggregate.mark
        switch definition.aggregate.fold {
        case .merge where definition.events != .salesforceCDC:
            reading.report(
                .combination,
                "`fold: merge` joins Salesforce changes, these events have another format",
                at: mark,
                fix: "take ordered, or swift"
            )
        case .ordered(let rules) where definition.events == .salesforceCDC:
            let known = ChangeKind.allCases.map(\.word.string)
            for type in rules.byType.keys.sorted() where !known.contains(type.string) {
                reading.warn(
                    .value,
                    "no Salesforce change has the type `\(type)`",
                    at: aggregate["apply"]?.pair(type.string)?.keyMark ?? mark,
                    fix: NearestWord.of(type.string, among: known).map { "did you mean `\($0)`?" }
                )
            }
        default: break
        }
    }

    private func checkEntities(_ reading: inout Reading) {
        guard let aggregate = root["aggregate"] else { return }
        let entities = definition.aggregate.entities
        let mark = aggregate["entities"]?.mark ?? aggregate.mark.narrow
        if Set(entities).count < entities.count {
            reading.report(.value, "an entity is listed twice", at: mark, fix: "remove one of them")
        }
        var hasSeveral = entities.count > 1
        switch entitySource {
        case nil where aggregate["entities"] == nil:
            reading.report(
                .missingKey,
                "`entities` is missing",
                at: mark,
                cause: "an archive of Salesforce changes holds many entities",
                fix: "for example entities: [Account]"
            )
        case .constant(let entity)?:
            for other in entities where other != entity {
                reading.report(
                    .value,
                    "no event has the entity `\(other)`: `events` says `\(entity)`",
                    at: mark,
                    fix: "remove it, or correct `events.entity`"
                )
            }
        case .path?: hasSeveral = entities.count != 1
        case nil: break
        }
        if hasSeveral, definition.document.id != .key {
            let document = root["document"]
            reading.report(
                .combination,
                "with several entities `id: $id` can name two aggregates",
                at: document?["id"]?.mark ?? document?.mark.narrow ?? mark,
                fix: "write id: $key"
            )
        }
    }

    /// Where the entity comes from; nil for Salesforce, where the event says it.
    private var entitySource: EntitySource? {
        switch definition.events {
        case .salesforceCDC: nil
        case .cloudEvents(let entity): entity
        case .fields(let envelope): envelope.entity
        }
    }
}
