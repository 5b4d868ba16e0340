package import RefoldArchive
import RefoldBytes
package import RefoldModel

/// Lists an archive that is a folder or a catalog file.
package struct FolderArchiveLister: ArchiveLister {
    /// Without state.
    package init() {}

    /// The segments with their identities, by path.
    package func list(_ archive: ArchiveReference) async throws(PipelineError) -> ArchiveListing {
        do { return ArchiveListing(try Archive.open(at: archive.location, unlisted: archive.unlisted)) } catch
        {
            var told = PipelineError(error)
            if let place = archive.writtenAt.place(), Archive.absence(at: archive.location) != nil {
                told.place = place
                told.needsManifest = true
            }
            throw told
        }
    }
}

extension ArchiveListing {
    /// What RefoldArchive lists, in the pipeline's words.
    package init(_ archive: Archive) {
        self.init(
            segments: archive.segments.map {
                SegmentIdentity(path: $0.name, bytes: Int(clamping: $0.bytes), digest: $0.identity.hex)
            },
            unlisted: archive.unlisted,
            hasCatalog: archive.catalog != nil,
            events: ArchiveListing.sum(archive.segments.map { $0.entry?.events }),
            rawBytes: ArchiveListing.sum(archive.segments.map { $0.entry?.rawBytes })
        )
    }

    /// The sum, when every part is known.
    private static func sum(_ parts: [Int64?]) -> Int? {
        parts.reduce(into: Int?.some(0)) { sum, part in
            guard let before = sum, let part, part >= 0 else {
                sum = nil
                return
            }
            let (after, overflow) = before.addingReportingOverflow(Int(clamping: part))
            sum = overflow ? nil : after
        }
    }
}
