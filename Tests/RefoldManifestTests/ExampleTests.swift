import RefoldBytes
import RefoldManifest
import RefoldModel
import Testing

@Suite struct ExampleTests {
    @Test(arguments: Fixtures.names)
    func `every example of the interface decodes without a remark`(name: String) throws {
        let problems = Fixtures.loader.validate(path: name)
        #expect(problems.map(\.rendered) == [])
    }

    @Test(arguments: ["clients.yaml", "projects.yaml", "rebuild.yaml"])
    func `the project's own manifests decode without a remark`(name: String) throws {
        let loader = ManifestLoader(workingDirectory: Fixtures.project)
        #expect(loader.validate(path: "manifests/" + name).map(\.rendered) == [])
    }
}
