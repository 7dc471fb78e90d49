import Agents
import JSON

struct MemoryResources: ResourceStore {
    let state: MemoryState

    func insert(_ resource: Resource) async throws {
        let stored = try resource.asStored
        try state.access { tables in
            try tables.requireFreeName(stored)
            guard tables.resources[stored.key] == nil else {
                throw StorageError.alreadyExists(stored.kind.rawValue, id: stored.id)
            }
            try tables.resources.insert(stored, stored.key)
        }
    }

    func get(_ kind: Resource.Kind, _ ids: [String]) async throws -> [String: Resource] {
        state.access { tables in
            let found = ids.compactMap { tables.resources[Resource.key(kind, $0)] }
            return Dictionary(found.map { ($0.id, $0) }) { first, _ in first }
        }
    }

    func list(_ query: ResourceQuery, _ page: PageRequest) async throws -> Page<Resource> {
        try state.access { tables in
            try tables.resources.page(page) { resource in
                switch query.sortBy {
                case .name: .string(resource.name.lowercased())
                case .createdAt: .integer(resource.createdAt)
                }
            } where: {
                query.selects($0)
            }
        }
    }

    func change(
        _ kind: Resource.Kind, _ id: String, keeping former: FormerVersions?,
        _ change: @escaping @Sendable (Resource) throws -> Resource
    ) async throws -> Resource {
        try state.access { tables in
            let key = Resource.key(kind, id)
            guard let resource = tables.resources[key] else { throw StorageError.notFound(kind.rawValue, id: id) }
            let changed = try change(resource)
            guard changed != resource else { return resource }
            try tables.requireFreeName(changed)
            let stored = try changed.asStored
            try tables.resources.change(key) { $0 = stored }
            if let former { try tables.keep(former, former.version(resource)) }
            return changed
        }
    }

    func delete(_ kind: Resource.Kind, _ id: String, unlessUsed reference: ResourceReference?) async throws {
        try state.access { tables in
            let key = Resource.key(kind, id)
            guard tables.resources[key] != nil else { throw StorageError.notFound(kind.rawValue, id: id) }
            if let reference {
                let isUsed =
                    tables.agents.inOrder.contains { $0.uses(reference) }
                    || tables.resources.inOrder.contains { $0.key != key && reference.occurs(in: $0.body) }
                guard !isUsed else { throw StorageError.used(kind.rawValue, id: id) }
            }
            try tables.resources.remove(key)
        }
    }
}

extension MemoryState.Tables {
    fileprivate mutating func keep(_ former: FormerVersions, _ version: Resource) throws {
        if resources[version.key] == nil { try resources.insert(try version.asStored, version.key) }
        let all = resources.inOrder.filter { $0.kind == version.kind && $0.name == version.name }
        for old in all.dropLast(former.most) {
            let reference = ResourceReference(old.id, in: former.members)
            if !agents.inOrder.contains(where: { $0.uses(reference) }) { try resources.remove(old.key) }
        }
    }

    fileprivate func requireFreeName(_ resource: Resource) throws {
        guard resource.kind.hasUniqueNames else { return }
        let isTaken = resources.inOrder.contains {
            $0.kind == resource.kind && $0.name == resource.name && $0.id != resource.id
        }
        if isTaken { throw StorageError.alreadyExists(resource.kind.rawValue, id: resource.name) }
    }
}

extension Resource {
    fileprivate var key: String { Self.key(kind, id) }

    fileprivate static func key(_ kind: Kind, _ id: String) -> String { "\(kind.rawValue)/\(id)" }

    fileprivate var asStored: Resource {
        get throws {
            var resource = self
            resource.body = try body.asStored
            return resource
        }
    }
}

extension ResourceQuery {
    fileprivate func selects(_ resource: Resource) -> Bool {
        guard resource.kind == kind else { return false }
        if let search, !search.isEmpty {
            let search = search.lowercased()
            guard [resource.name, resource.id].contains(where: { $0.lowercased().contains(search) }) else {
                return false
            }
        }
        if let namePrefix, !resource.name.lowercased().hasPrefix(namePrefix.lowercased()) { return false }
        if let name, resource.name != name { return false }
        if let using, !using.occurs(in: resource.body) { return false }
        return (types.isEmpty || types.contains(resource.type)) && ids?.contains(resource.id) ?? true
    }
}
