internal import RefoldBytes
internal import RefoldModel

/// What decodes and validates but no run can do yet; the one list, to be shortened as things are built.
///
/// `plan` and `run` refuse each by its name.
enum NotBuilt {
    private static let parts: [(name: String, isUsed: @Sendable (JobDefinition) -> Bool)] = [
        ("kind: Backfill", { $0.kind == .backfill }),
        ("kind: Migration", { $0.kind == .migration }),
        ("kind: Restore", { $0.kind == .restore }),
        ("archive: s3://", { $0.archive.objectStore != nil }),
        ("auth.sigv4", { $0.target.engine?["auth"]?["sigv4"] != nil }),
        ("tls.clientCertificate", { $0.target.engine?["tls"]?["clientCertificate"] != nil }),
        ("lookup", { $0.hasField { if case .lookup = $0 { true } else { false } } }),
        ("collect", { $0.hasField { if case .collect = $0 { true } else { false } } }),
        ("catchUp", { $0.catchUp.until != .none || $0.catchUp.blocksWrites }),
        ("carryForward: true", { $0.carryForward }),
        ("cutover.preview", { $0.cutover.preview != nil }),
        ("cutover.adopt: replace", { $0.cutover.adopt == .replace && $0.target.engine == nil }),
        ("notify", { !$0.notify.isEmpty }),
    ]

    /// The parts a job uses, in the order of the list.
    static func names(in job: JobDefinition) -> [String] {
        parts.filter { $0.isUsed(job) }.map(\.name)
    }

    /// Warns of each where it is written, as far as the name is a path of the manifest.
    static func warn(of names: [String], in root: YAMLNode, _ reading: inout Reading) {
        for name in names {
            let path = name.prefix { $0 != ":" }.split(separator: ".").map(String.init)
            var mark = root["kind"]?.mark ?? root.mark
            var node: YAMLNode? = root
            for key in path {
                guard let pair = node?.pair(key) else { break }
                mark = pair.keyMark
                node = pair.value
            }
            reading.warn(
                .value,
                "`\(name)` is not built yet",
                at: mark,
                cause: "it decodes and is checked, and `plan` and `run` refuse it (64)",
                fix: "leave it out to run now"
            )
        }
    }

    /// The parts that a read model alone uses.
    static func names(in readModel: ReadModelDefinition) -> [String] {
        let job = JobDefinition(
            kind: .rebuild,
            name: "",
            archive: ArchiveReference(location: ""),
            readModels: [readModel],
            target: TargetDefinition(place: .file(path: ""))
        )
        return names(in: job)
    }

    /// The parts that a target alone uses.
    static func names(in target: TargetDefinition) -> [String] {
        names(
            in: JobDefinition(
                kind: .rebuild,
                name: "",
                archive: ArchiveReference(location: ""),
                readModels: [],
                target: target
            )
        )
    }
}

extension TargetDefinition {
    /// The part of the manifest that names a search engine; nil: it is none.
    fileprivate var engine: JSONValue? {
        guard case .openSearch(let manifest) = place else { return nil }
        return manifest
    }
}

extension JobDefinition {
    fileprivate func hasField(_ isWanted: (FieldDefinition.Source) -> Bool) -> Bool {
        readModels.contains { model in
            guard case .listed(let fields) = model.document.fields else { return false }
            return fields.contains { $0.source.contains(isWanted) }
        }
    }
}

extension FieldDefinition.Source {
    /// Whether this or one of its alternatives is wanted.
    fileprivate func contains(_ isWanted: (Self) -> Bool) -> Bool {
        if case .first(let alternatives) = self {
            return alternatives.contains { $0.source.contains(isWanted) }
        }
        return isWanted(self)
    }
}
