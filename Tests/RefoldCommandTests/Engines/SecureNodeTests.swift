import Foundation
import RefoldBytes
import RefoldTestKit
import RefoldWire
import Testing

/// The secured engine: TLS with an authority of its own, a user who may do all on `client_index*` and nothing else.
@Suite(.startsProcesses, .timeLimit(.minutes(10))) struct SecureNodeTests {
    private static let alias = "client_index"

    private static func kinds() throws -> [NodeKind] {
        try NodeKind.judges([.opensearch219Secure]).filter { $0 == .opensearch219Secure }
    }

    /// A job whose read model is a copy of `clients` with another alias.
    private func with(_ kind: NodeKind, _ body: (Workplace, SearchNode) async throws -> Void) async throws {
        let node = try await SearchNode.shared(kind)
        try await Workplace.with(events: 300) { place in
            try place.replace("alias: clients", with: "alias: \(Self.alias)", in: "m/clients.yaml")
            let ca = try #require(node.caFile)
            try FileManager.default.copyItem(
                at: URL(filePath: ca),
                to: place.folder.appending(path: "m/ca.pem")
            )
            try writeTarget(place, node)
            try await body(place, node)
        }
    }

    private func writeTarget(_ place: Workplace, _ node: SearchNode, ca: String? = "ca.pem") throws {
        let text = """
            apiVersion: refold/v1
            kind: Target
            name: secured
            opensearch:
              url: "\(node.url)"
              auth: { basic: { username: rebuilder, password: { env: SEARCH_PASSWORD } } }
              \(ca.map { "tls: { ca: \($0) }" } ?? "")
            """
        try place.write(text + "\n", to: EnginePlace.target)
    }

    private func run(_ place: Workplace, password: String? = "rebuild-secret") async throws -> Told {
        try await refold(place, "run", password: password)
    }

    private func refold(
        _ place: Workplace,
        _ verb: String,
        password: String? = "rebuild-secret"
    ) async throws -> Told {
        try await place.refold(
            [verb, Workplace.job, "--target", EnginePlace.target],
            environment: password.map { ["SEARCH_PASSWORD": $0] } ?? [:]
        )
    }

    /// All indices and what points at them, as the administrator sees them.
    private func everything(_ node: SearchNode) async throws -> [String: [String]] {
        let client = try WireClient(
            WireEndpoint(
                address: node.url,
                authentication: .basic(user: "admin", password: "admin-secret"),
                caFile: node.caFile
            )
        )
        let answer = try await client.send(WireRequest(.get, "/client*,other*?expand_wildcards=all"))
        try #require(answer.status == 200)
        let members = try JSONValue(parsing: ByteString(answer.body)).asObject?.members ?? []
        let pairs = members.map { index in
            (index.name.string, index.value["aliases"]?.asObject?.members.map(\.name.string) ?? [])
        }
        return Dictionary(pairs, uniquingKeysWith: { $1 })
    }

    private func serving(_ all: [String: [String]]) -> [String] {
        all.filter { $0.value.contains(Self.alias) }.keys.sorted()
    }

    @Test(arguments: try kinds())
    func `a user with rights on the alias's names alone can do all, and without one piece is told which`(
        kind: NodeKind
    ) async throws {
        try await with(kind) { place, node in
            let doctor = try await refold(place, "doctor")
            #expect(doctor.status == 0, doctor.everything)
            var served: [String] = []
            for _ in 0..<2 {
                let told = try await run(place)
                #expect(told.status == 0, told.everything)
                served += serving(try await everything(node))
            }
            try #require(served.count == 2 && served[0] != served[1])
            let back = try await refold(place, "rollback")
            #expect(back.status == 0, back.everything)
            #expect(serving(try await everything(node)) == [served[0]])
            let status = try await refold(place, "status")
            #expect(status.status == 0, status.everything)
            #expect(status.output.contains(served[0]), status.everything)
            let forth = try await refold(place, "cutover")
            #expect(forth.status == 0, forth.everything)
            #expect(serving(try await everything(node)) == [served[1]])

            let before = try await everything(node)
            try await expectRefusal(of: run(place, password: "guessed"), naming: "credentials")
            try await expectRefusal(of: run(place, password: nil), naming: "SEARCH_PASSWORD")
            try writeTarget(place, node, ca: nil)
            try await expectRefusal(of: run(place), naming: "certificate")
            try writeTarget(place, node)
            try place.replace("alias: \(Self.alias)", with: "alias: other_index", in: "m/clients.yaml")
            try place.replace("version: 1 ", with: "version: 2 ", in: "m/clients.yaml")
            try await expectRefusal(of: run(place), naming: "other_index")
            #expect(try await everything(node) == before)
        }
    }

    private func expectRefusal(of told: Told, naming piece: String) throws {
        #expect(told.status == 12, "\(piece): \(told.everything)")
        #expect(told.remarks.contains("_permitted]"), "\(piece): \(told.everything)")
        #expect(told.remarks.contains(piece), "\(piece): \(told.everything)")
        #expect(told.remarks.contains("fix:"), "\(piece): \(told.everything)")
        #expect(
            !told.remarks.contains("guessed") && !told.remarks.contains("rebuild-secret"),
            told.everything
        )
    }
}
