internal import RefoldBytes
internal import RefoldModel

/// `archive`: where the events are.
enum ArchiveShapes {
    private struct Draft: Sendable {
        var location = ""
        var unlisted = ArchiveReference.Unlisted.refuse
        var store = ArchiveReference.ObjectStore()
    }

    static let archive = Shape<ArchiveReference>.either(
        scalar: location.checked { text, node, _ in
            var archive = ArchiveReference(
                location: text,
                objectStore: text.hasPrefix(scheme) ? .init() : nil
            )
            archive.writtenAt = node.writtenPlaces
            return archive
        },
        mapping: Record(
            Draft(),
            keys: [
                Key("url", location, .required, into: \.location, "A folder, or `s3://bucket/prefix`."),
                Key(
                    "unlisted",
                    .word,
                    .byDefault("refuse"),
                    into: \.unlisted,
                    "Segments that the catalog lacks."
                ),
                Key("region", .nonEmpty, into: \.store.region, "The region of the bucket."),
                Key("endpoint", .url, into: \.store.endpoint, "Another host than the region's own."),
                Key(
                    "profile",
                    .nonEmpty,
                    into: \.store.profile,
                    identity: false,
                    "The profile of the credentials."
                ),
                Key(
                    "pathStyle",
                    .boolean,
                    .byDefault(false),
                    into: \.store.usesPathStyle,
                    "Whether the bucket stands in the path."
                ),
            ]
        ).shape(finish: reference)
    )

    private static let scheme = "s3://"

    private static func reference(
        _ draft: Draft,
        _ node: YAMLNode,
        _ reading: inout Reading
    ) -> ArchiveReference? {
        guard !draft.location.hasPrefix(scheme) else {
            return ArchiveReference(
                location: draft.location,
                unlisted: draft.unlisted,
                objectStore: draft.store
            )
        }
        for pair in node.pairs ?? []
        where ["region", "endpoint", "profile", "pathStyle"].contains(pair.key.string) {
            reading.report(
                .combination,
                "`\(pair.key)` belongs to an archive at s3://, this is a folder",
                at: pair.keyMark,
                fix: "remove it"
            )
        }
        var archive = ArchiveReference(location: draft.location, unlisted: draft.unlisted)
        archive.writtenAt = (node["url"] ?? node).writtenPlaces
        return archive
    }

    private static var location: Shape<String> {
        Shape<String>.nonEmptyPath.checked { text, node, reading in
            if text.hasPrefix(scheme), text.count > scheme.count { return text }
            guard !text.contains("://") else {
                reading.report(
                    .value,
                    "an archive is a folder or s3://bucket/prefix",
                    at: node.mark,
                    fix: "other stores are not read: copy the archive to one of these"
                )
                return nil
            }
            return FilePath.resolve(text, from: node.mark.source.directory)
        }
    }
}
