import RefoldBytes
import RefoldModel

extension ReadModelDefinition {
    /// What `state` needs to find the aggregate of one of its documents again.
    var stateFact: JSONValue {
        [
            "name": .text(name), "file": .optional(writtenAt.file),
            "before": .optional(document.id == .key ? "" : onlyEntity.map { "\($0)/" }),
        ]
    }

    /// The entity of all its aggregates; nil: they may be of several.
    private var onlyEntity: ByteString? {
        if aggregate.entities.count == 1 { return aggregate.entities.first }
        let source: EntitySource? =
            switch events {
            case .salesforceCDC: nil
            case .cloudEvents(let entity): entity
            case .fields(let envelope): envelope.entity
            }
        guard case .constant(let entity)? = source else { return nil }
        return entity
    }
}

extension RunDossier {
    /// The command that prints the aggregate of a refused document, typed in a folder; nil: its key is not known.
    ///
    /// The whole archive is read for it, and it prints values: only whoever types it asks for them.
    package func stateCommand(of reject: Reject, typedIn folder: String) -> String? {
        let own = facts["job"]?["readModels"]?.asArray?.first { $0["name"]?.asString == reject.readModel }
        guard reject.segment == nil, let id = reject.key, let archive, let own,
            let before = own["before"]?.asString
        else { return nil }
        func seen(_ path: String) -> String {
            path.hasPrefix(folder + "/") ? String(path.dropFirst(folder.count + 1)) : path
        }
        var words = ["state", seen(archive.location), before + id]
        if let file = own["file"]?.asString { words.append("--read-model=\(seen(absolute(file)))") }
        return Invocation.line(words)
    }

    /// A path that was typed with the run, absolute.
    func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let folder = facts["job"]?["folder"]?.asString, !folder.isEmpty else {
            return path
        }
        return folder + "/" + path
    }
}
