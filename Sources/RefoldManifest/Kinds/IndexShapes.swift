internal import RefoldBytes
internal import RefoldModel

/// `index`: the index that holds a read model's documents.
enum IndexShapes {
    static let index = Record(
        IndexDefinition(aliases: []),
        choice: .presence(of: ["alias", "aliases"]),
        keys: [
            Key("alias", alias, .optional, for: ["alias"], identity: true, "The alias that readers ask.") {
                $0.aliases = [$1]
            },
            Key(
                "aliases",
                .list(of: alias, atLeast: 1),
                .optional,
                for: ["aliases"],
                identity: true,
                "The aliases; the first names the index."
            ) { $0.aliases = $1 },
            Key(
                "settings",
                .object,
                .byDefault([:]),
                into: \.settings,
                "Settings, as OpenSearch takes them."
            ),
            Key(
                "forceMerge",
                .integer(1...1000),
                into: \.forceMerge,
                "`max_num_segments` of a force-merge while settling."
            ),
            Key(
                "mappings",
                mappings,
                .byDefault([:]),
                into: \.mappings,
                "Mappings, as OpenSearch takes them."
            ),
        ]
    ).shape { (index, node, reading) -> IndexDefinition? in
        if Set(index.aliases).count < index.aliases.count, let list = node["aliases"] {
            reading.report(.name, "an alias is listed twice", at: list.mark, fix: "remove one of them")
        }
        return index
    }

    private static let mappings = Shape<JSONObject>.object.checked {
        (mappings, node, reading) -> JSONObject? in
        MappingChecks.run(node, &reading)
        return mappings
    }

    private static var alias: Shape<String> {
        Shape<String>.nonEmpty.checked { alias, node, reading in
            guard let reason = Names.refusal(ofAlias: alias) else { return alias }
            reading.report(
                .name,
                "`\(alias)` cannot be an alias",
                at: node.mark,
                cause: reason,
                fix: "choose another name"
            )
            return nil
        }
    }
}
