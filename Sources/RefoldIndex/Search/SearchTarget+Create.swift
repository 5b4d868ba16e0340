import RefoldBytes
import RefoldWire

extension SearchTarget {
    /// Settings of an index that is being filled; what they hide is restored while settling.
    private static let loading: JSONObject = [
        "refresh_interval": "-1", "number_of_replicas": 0, "auto_expand_replicas": "false",
    ]

    /// Makes an index for loading, or finds it again for the same run; a template that would change it is refused.
    package func create(_ specification: IndexSpecification) async throws(IndexError) -> IndexIdentity {
        let name = specification.name
        if let fault = IndexNaming.fault(of: name) {
            throw IndexError(.refused, "'\(name)' cannot be the name of an index: \(fault)", place: name)
        }
        if let found = try await index(named: name) { return try own(found, specification) }
        let wanted = IndexSettings(specification.settings)
        var meta = specification.mappings["_meta"]?.asObject ?? [:]
        meta[EngineIndex.markName] = specification.mark.json
        meta[EngineIndex.settleName] = .object(
            wanted.toRestore(Array(SearchTarget.loading.members.map(\.name)))
        )
        var mappings = specification.mappings
        mappings["_meta"] = .object(meta)
        let reply = try await connection.call(
            .put,
            path(name),
            [
                "settings": .object(wanted.overlaid(with: SearchTarget.loading)),
                "mappings": .object(mappings),
            ]
        )
        switch reply.answerClass {
        case .done, .accepted, .exists: break
        case .refused, .missing:
            throw IndexError(
                .refused,
                "the engine refuses the index's definition",
                place: name,
                cause: reply.words,
                fix: "mend settings or mappings of the read model"
            )
        default: throw reply.error(about: name, doing: "create the index")
        }
        try await confirm(name, doing: "create the index") { $0 != nil }
        guard let made = try await index(named: name) else {
            throw IndexError(.replaced, "index '\(name)' was deleted right after it was made", place: name)
        }
        let identity = try own(made, specification)
        if let fault = TemplateTrace(made, beside: specification).fault {
            try await delete(identity)
            throw IndexError(
                .refused,
                "an index template of the cluster changes the index: \(fault)",
                place: name,
                fix: "let the template's pattern leave out \(name), or take what it adds into the read model"
            )
        }
        return identity
    }

    private func own(_ found: EngineIndex, _ wanted: IndexSpecification) throws(IndexError) -> IndexIdentity {
        guard found.mark?.run == wanted.mark.run else {
            throw IndexError(
                .exists,
                "index '\(wanted.name)' belongs to another run",
                place: wanted.name,
                cause: found.mark.map { "run \($0.run) made it" } ?? "it has no mark of refold"
            )
        }
        return found.identity
    }
}
