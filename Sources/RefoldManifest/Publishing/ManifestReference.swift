internal import RefoldBytes

/// The reference of all keys in Markdown, written from the declarations that the decoder reads with.
package enum ManifestReference {
    /// One table for read models, one for targets, one for all kinds of jobs.
    package static func markdown() -> String {
        [
            section("ReadModel", .readModel, kinds: "ReadModel", isIdentity: true),
            section("Target", .target, kinds: "Target", isIdentity: nil),
            section("Jobs", .rebuild, kinds: "all jobs", isIdentity: nil),
        ].joined(separator: "\n")
    }

    private static func section(
        _ title: String,
        _ kind: ManifestKind,
        kinds: String,
        isIdentity: Bool?
    ) -> String {
        var table = Table(written: kind == .rebuild ? ["target", "secret"] : [])
        table.add(ManifestDeclarations.description(of: kind), path: "", kinds: kinds, isIdentity: isIdentity)
        let head = "| key | type | default | kinds | identity | meaning |\n|---|---|---|---|---|---|\n"
        return "## \(title)\n\n\(head)\(table.rows.joined())"
    }

    /// Rows of one table.
    private struct Table {
        var rows: [String] = []
        /// A shape that holds itself is written once.
        var written: Set<String>

        mutating func add(_ description: ShapeDescription, path: String, kinds: String, isIdentity: Bool?) {
            switch description {
            case .scalar: break
            case .list(let element, _): add(element, path: path + "[]", kinds: kinds, isIdentity: isIdentity)
            case .dictionary(let element, _):
                add(element, path: path + ".*", kinds: kinds, isIdentity: isIdentity)
            case .either(let forms):
                for form in forms { add(form, path: path, kinds: kinds, isIdentity: isIdentity) }
            case .named(let name, _, let shape):
                guard written.insert(name).inserted else { return }
                add(shape(), path: path, kinds: kinds, isIdentity: isIdentity)
            case .record(let record): add(record, path: path, kinds: kinds, isIdentity: isIdentity)
            }
        }

        private mutating func add(_ record: RecordDescription, path: String, kinds: String, isIdentity: Bool?)
        {
            for key in record.keys {
                let identity = key.isIdentity ?? isIdentity
                let name = path.isEmpty ? key.name : "\(path).\(key.name)"
                var kinds = kinds
                var meaning = key.meaning
                if let variants = key.variants {
                    switch record.choice {
                    case .word("kind", _): kinds = variants.joined(separator: ", ")
                    case .word(let choice, _): meaning += " (\(choice) \(variants.joined(separator: ", ")))"
                    case .presence, .none:
                        if variants != [key.name] { meaning += " (\(variants.joined(separator: ", ")))" }
                    }
                }
                rows.append(
                    "| `\(name)` | \(escaped(key.value.word)) | \(text(key.need)) | \(kinds) "
                        + "| \(identity == true ? "yes" : "no") | \(escaped(meaning)) |\n"
                )
                add(key.value, path: name, kinds: kinds, isIdentity: identity)
            }
        }

        private func text(_ need: KeyDescription.Need) -> String {
            switch need {
            case .required: "required"
            case .optional: "—"
            case .byDefault(.object), .byDefault(.array): "—"
            case .byDefault(let value): "`\(value.asString ?? value.canonical.string)`"
            case .decidedLater(let words): words
            }
        }

        private func escaped(_ text: String) -> String {
            text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
        }
    }
}
