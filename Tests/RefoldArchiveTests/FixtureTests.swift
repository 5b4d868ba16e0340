import RefoldArchive
import Testing

@Suite struct FixtureTests {
    @Test(arguments: [
        ("cdc-tricky", 8, 2642), ("cdc-corners", 1, 1909), ("file-history", 8, 3821),
    ])
    func `every fixture archive gives its lines`(name: String, segments: Int, lines: Int) throws {
        let archive = try Archive.open(at: "\(Fixtures.path)/\(name)/archive")
        #expect(archive.segments.count == segments)
        var found = 0
        for segment in archive.segments {
            found += try Reading(segment).bytes.split(separator: 10, omittingEmptySubsequences: false).count
        }
        #expect(found >= lines)
        let reports = archive.verify()
        #expect(reports.reduce(0) { $0 + $1.lines } == lines)
        #expect(reports.allSatisfy { $0.problems.isEmpty })
    }
}
