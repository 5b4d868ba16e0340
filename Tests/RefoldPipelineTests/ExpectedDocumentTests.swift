import Foundation
import RefoldBytes
import Testing

@testable import RefoldPipeline

@Suite struct ExpectedDocumentTests {
    private func documents(_ count: Int) -> [ExpectedDocument] {
        (0..<count).map { number in
            ExpectedDocument(
                id: ByteString("id-\((number * 7919) % 104_729)"),
                version: Int64(number),
                kind: ExpectedDocument.Kind.allCases[number % 3],
                hash: SourceHash(high: UInt64(number), low: 7)
            )
        }
    }

    @Test(arguments: [(0, 10), (1, 10), (10, 10), (1_000, 7), (5_000, 512)])
    func `records come back in order of id bytes whatever the size of the buffer`(
        count: Int,
        limit: Int
    ) throws {
        let workshop = try Workshop()
        let given = documents(count)
        var sorters = [0, 1].map { ExpectedSorter(folder: workshop.folder, name: "x-\($0)", limit: limit) }
        for (place, document) in given.enumerated() { try sorters[place % 2].add(document) }
        var files: [String] = []
        for place in sorters.indices { files += try sorters[place].finish() }
        var merge = try ExpectedMerge(folder: workshop.folder, files: files)
        var read: [ExpectedDocument] = []
        while let document = try merge.next() { read.append(document) }
        #expect(read == given.sorted { $0.id < $1.id })
    }

    @Test(arguments: 0..<80)
    func `a damaged file of records is refused or reads as it was`(seed: Int) throws {
        let workshop = try Workshop()
        var sorter = ExpectedSorter(folder: workshop.folder, name: "x")
        let given = documents(20)
        for document in given { try sorter.add(document) }
        let files = try sorter.finish()
        let url = URL(fileURLWithPath: workshop.folder + "/" + files[0])
        var bytes = try Data(contentsOf: url)
        if seed % 4 == 0 { bytes = bytes.prefix(seed * bytes.count / 80) }
        if !bytes.isEmpty { bytes[seed * 31 % bytes.count] ^= 1 << UInt8(seed % 8) }
        try bytes.write(to: url)
        #expect {
            var merge = try ExpectedMerge(folder: workshop.folder, files: files)
            while try merge.next() != nil {}
        } throws: { ($0 as? PipelineError)?.code == "pipeline.damaged" }
    }
}
