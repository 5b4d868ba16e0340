internal import RefoldBytes
internal import RefoldModel

/// What narrows a job: `select` of a Backfill, `into` of a Restore.
enum SelectShapes {
    static let select = Record(
        Selection(),
        demands: [.atLeastOne(of: "entities", "ids", "idsFile", "since", "until")],
        keys: [
            Key(
                "entities",
                .list(of: .bytes, atLeast: 1),
                .optional,
                into: \.entities,
                "Aggregates of these entities."
            ),
            Key(
                "ids",
                .list(of: .bytes, atLeast: 1),
                .optional,
                into: \.ids,
                "These: `Entity#id`, `Entity/id`, or bare with one entity."
            ),
            Key("idsFile", .path, into: \.idsFile, "Those in a file, one a line."),
            Key("since", .time, into: \.since, "Those touched at or after this time."),
            Key("until", .time, into: \.until, "Those touched before this time."),
        ]
    ).shape { (selection, node, reading) -> Selection? in
        if let since = selection.since, let until = selection.until, since >= until {
            reading.report(
                .combination,
                "`since` is not before `until`",
                at: node.mark.narrow,
                fix: "exchange them, or remove one"
            )
        }
        return selection
    }

    static let into = Record(
        String?.none,
        keys: [
            Key(
                "prefix",
                .text("a prefix", pattern: "^[a-z0-9][a-z0-9._-]{0,49}$", example: "drill-") { text in
                    let isPlain = text.unicodeScalars.allSatisfy {
                        ("a"..."z").contains($0) || ("0"..."9").contains($0)
                            || "._-".unicodeScalars.contains($0)
                    }
                    return isPlain && (1...50).contains(text.utf8.count) && text.first?.isPunctuation == false
                },
                .required,
                into: \.self,
                "What goes before each alias: `drill-` makes `drill-clients`."
            )
        ]
    ).shape { prefix, _, _ in prefix }
}
