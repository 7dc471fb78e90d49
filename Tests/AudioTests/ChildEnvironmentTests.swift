import Audio
import Testing

@Suite("What other programs see of the environment")
struct ChildEnvironmentTests {
    @Test("is what they need to run, and no key")
    func variables() {
        let environment = [
            "PATH": "/opt/bin", "HOME": "/home/mia", "LC_ALL": "C.UTF-8", "OMP_NUM_THREADS": "2", "TMPDIR": "/var/tmp",
            "LD_LIBRARY_PATH": "/opt/lib", "OPENAI_API_KEY": "hush", "PARLEY_SECRET_CRM": "hush",
            "GITHUB_TOKEN": "hush", "PARLEY_ROOT": "/src",
        ]
        let seen = ChildEnvironment.variables(of: environment)
        #expect(Set(seen.keys) == ["PATH", "HOME", "LC_ALL", "OMP_NUM_THREADS", "TMPDIR", "LD_LIBRARY_PATH"])
        #expect(seen["PATH"] == "/opt/bin")
        #expect(ChildEnvironment.variables(also: ["PARLEY_ROOT"], of: environment)["PARLEY_ROOT"] == "/src")
        #expect(ChildEnvironment.variables(of: ["PATH": "", "KEY": "hush"]) == ["PATH": "/usr/bin:/bin"])
    }
}
