internal import RefoldBytes
internal import RefoldModel

extension Record {
    /// Reports the keys that nothing reads.
    func reportKeys(_ pairs: [YAMLNode.Pair], variant: String?, _ reading: inout Reading) {
        let known = keys.map(\.description).filter { $0.applies(to: variant) }.map(\.name)
        for pair in pairs where !known.contains(pair.key.string) {
            if reading.isFull {
                // Only counted: a hostile text must not buy time either.
                reading.report(.unknownKey, "", at: pair.keyMark)
                continue
            }
            let owners = keys.filter { $0.description.name == pair.key.string }
                .flatMap { $0.description.variants ?? [] }
            if let variant, !owners.isEmpty {
                reading.report(
                    .foreignKey,
                    "`\(pair.key)` belongs to \(choice.titles(of: owners)), this is \(choice.title(of: variant))",
                    at: pair.keyMark,
                    fix: "remove it"
                )
            } else {
                reportUnknown(pair, known, &reading)
            }
        }
    }

    private func reportUnknown(_ pair: YAMLNode.Pair, _ known: [String], _ reading: inout Reading) {
        let name = pair.key.string
        let nearest =
            NearestWord.of(name, among: known) ?? NearestWord.of(name, among: keys.map(\.description.name))
        // A key among credentials may be a credential: only a slip of a known one is quoted.
        let isQuotable =
            name.unicodeScalars.count <= 60 && (nearest != nil || !reading.isHidden(pair.keyMark))
        var seen: Set<String> = []
        let list = known.filter { seen.insert($0).inserted }.joined(separator: ", ")
        reading.report(
            .unknownKey,
            isQuotable ? "unknown key `\(name)`" : "unknown key",
            at: pair.keyMark,
            fix: nearest.map { "did you mean `\($0)`?" } ?? "known here: \(list)"
        )
    }
}
