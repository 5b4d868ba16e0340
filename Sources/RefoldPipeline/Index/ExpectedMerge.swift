import RefoldBytes

/// Reads several sorted files of expected documents as one, in order of id bytes.
///
/// Complexity: log of the number of files a record; 64 KiB of memory a file.
struct ExpectedMerge {
    private struct Head {
        var document: ExpectedDocument
        var reader: ExpectedFileReader
    }
    /// A binary heap, the least id first.
    private var heads: [Head] = []

    /// Opens the files.
    init(folder: String, files: [String]) throws(PipelineError) {
        for file in files {
            var reader = try ExpectedFileReader(path: "\(folder)/\(file)")
            guard let document = try reader.next() else { continue }
            heads.append(Head(document: document, reader: reader))
            rise(heads.count - 1)
        }
    }

    /// The next record in order; nil at the end.
    mutating func next() throws(PipelineError) -> ExpectedDocument? {
        guard let least = heads.first?.document else { return nil }
        if let following = try heads[0].reader.next() {
            heads[0].document = following
        } else {
            heads.swapAt(0, heads.count - 1)
            heads.removeLast()
        }
        sink()
        return least
    }

    private mutating func rise(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard heads[child].document.id < heads[parent].document.id else { return }
            heads.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heads.count {
                if heads[child].document.id < heads[least].document.id { least = child }
            }
            guard least != parent else { return }
            heads.swapAt(parent, least)
            parent = least
        }
    }
}
