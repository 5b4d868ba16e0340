import RefoldBytes
import RefoldIndex
import RefoldModel

/// The documents of an index one by one in order of id bytes, each as id, version and digest.
///
/// A target that reads in another order is read whole first and sorted in files, in bounded memory; a reading that was
/// cut off begins anew.
struct IndexedDocuments {
    /// What to read.
    let index: IndexIdentity
    let target: any IndexTarget
    /// Only what was written since; nil: all.
    var position: IndexPosition?
    let withSource: Bool
    /// Where files may lie while they are read.
    let folder: String
    let stop: StopSignal

    /// How often a reading that was cut off is begun.
    private static let tries = 5

    /// Lends every document.
    func lendEach(
        _ take: (ExpectedDocument) async throws(PipelineError) -> Void
    ) async throws(PipelineError) {
        let scan = try await opened()
        guard !scan.isInIDOrder else {
            do throws(PipelineError) {
                try await forEachPage(of: scan) { (document) async throws(PipelineError) in
                    try await take(document)
                }
            } catch {
                await scan.close()
                throw error
            }
            await scan.close()
            return
        }
        await scan.close()
        var sorted = try await sortedFiles()
        while let document = try sorted.next() { try await take(document) }
    }

    private func sortedFiles() async throws(PipelineError) -> ExpectedMerge {
        var attempt = 0
        while true {
            attempt += 1
            let scan = try await opened()
            var sorter = ExpectedSorter(folder: folder, name: "read-\(index.name)")
            do throws(PipelineError) {
                try await forEachPage(of: scan) { (document) async throws(PipelineError) in
                    try sorter.add(document)
                }
                await scan.close()
                return try ExpectedMerge(folder: folder, files: try sorter.finish())
            } catch {
                await scan.close()
                guard error.code == IndexError.Code.scanLost.rawValue, attempt < IndexedDocuments.tries else {
                    throw error
                }
            }
        }
    }

    private func opened() async throws(PipelineError) -> any DocumentScan {
        do { return try await target.scan(index, above: position, withSource: withSource) } catch {
            throw PipelineError(error)
        }
    }

    private func forEachPage(
        of scan: any DocumentScan,
        _ take: (ExpectedDocument) async throws(PipelineError) -> Void
    ) async throws(PipelineError) {
        while true {
            try stop.check()
            let page: [Document]
            do { page = try await scan.next() } catch { throw PipelineError(error) }
            if page.isEmpty { return }
            for document in page {
                try await take(
                    ExpectedDocument(
                        id: document.id,
                        version: document.version,
                        kind: .document,
                        hash: withSource ? SourceHash(of: document.source.bytes) : .none
                    )
                )
            }
        }
    }
}
