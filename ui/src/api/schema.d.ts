// Made of the server's routes by scripts/generate-docs.ts; not to be edited.

export interface paths {
    "/api/draw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Show a graph without dispatching it */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        event?: string;
                        payload: {
                            [key: string]: unknown;
                        };
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {boolean} */
                            ok: true;
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/triggers/healthcheck": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** 200 while the server lives */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            status: string;
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/triggers/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Observe a trigger of a dispatch */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        lattice_dispatch_id: string;
                    } & ({
                        cron?: string;
                        /** @enum {string} */
                        name: "TimeTrigger";
                        time_gap?: number;
                        timezone?: string;
                    } | {
                        /** @default 1 */
                        batch_size?: number;
                        dir_path: string;
                        event_names: ("created" | "deleted" | "modified" | "moved" | "closed") | ("created" | "deleted" | "modified" | "moved" | "closed")[];
                        /** @enum {string} */
                        name: "DirTrigger";
                        /** @default false */
                        recursive?: boolean;
                    } | {
                        db_path: string;
                        /** @enum {string} */
                        name: "SQLiteTrigger";
                        /** @default 1 */
                        poll_interval?: number;
                        table_name: string;
                        /** @default 1 */
                        trigger_after_n?: number;
                        where_clauses?: string[] | null;
                    } | {
                        db_path: string;
                        /** @enum {string} */
                        name: "DatabaseTrigger";
                        /** @default 1 */
                        poll_interval?: number;
                        table_name: string;
                        /** @default 1 */
                        trigger_after_n?: number;
                        where_clauses?: string[] | null;
                    } | {
                        /** @enum {string} */
                        name: "BaseTrigger";
                    });
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: date-time */
                            created_at: string;
                            definition: {
                                [key: string]: unknown;
                            };
                            dispatch_id: string;
                            /** Format: date-time */
                            due_at: string | null;
                            events: number;
                            fired: number;
                            /** Format: date-time */
                            fired_at: string | null;
                            id: string;
                            last_dispatch_id: string | null;
                            lattice_name: string | null;
                            /** Format: date-time */
                            paused_at: string | null;
                            problem: string | null;
                            /** Format: date-time */
                            stopped_at: string | null;
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/triggers/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether this server observes triggers */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            status: "running" | "disabled";
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/triggers/stop_observe": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Observe the triggers of dispatches no more */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": string | string[];
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            stopped: string[];
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v0/files/{*}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The bytes behind a name */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    "*": string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                default: components["responses"]["Refusal"];
            };
        };
        /** Store bytes under a name */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    "*": string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            digest: string;
                            size: number;
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dispatches/{dispatch_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A dispatch */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    dispatch_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            description: string | null;
                            directory: string | null;
                            dispatch_id: string;
                            ended_at: string | null;
                            runtime: number | null;
                            started_at: string | null;
                            status: string;
                            total_electrons: number;
                            total_electrons_completed: number;
                            updated_at: string | null;
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dispatches/{dispatch_id}/details/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A part of a lattice */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    dispatch_id: string;
                    name: "result" | "function_string" | "inputs" | "error" | "executor" | "workflow_executor" | "function";
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: string | null;
                            python_object?: string | null;
                        } | {
                            executor_details: {
                                [key: string]: unknown;
                            };
                            executor_name: string;
                        } | {
                            workflow_executor_details: {
                                [key: string]: unknown;
                            };
                            workflow_executor_name: string;
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dispatches/{dispatch_id}/electron/{electron_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A node */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    dispatch_id: string;
                    electron_id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            description: string;
                            ended_at: string | null;
                            id: number;
                            name: string;
                            node_id: number;
                            parent_lattice_id: number | null;
                            runtime: number | null;
                            started_at: string | null;
                            status: string;
                            storage_path: string | null;
                            type: string;
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dispatches/{dispatch_id}/electron/{electron_id}/details/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A part of a node */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    dispatch_id: string;
                    electron_id: number;
                    name: "function_string" | "function" | "executor" | "result" | "value" | "stdout" | "hooks" | "error" | "info" | "inputs";
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: string | null;
                            python_object?: string | null;
                        } | {
                            executor_details: {
                                [key: string]: unknown;
                            };
                            executor_name: string;
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dispatches/{dispatch_id}/graph": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The graph of a dispatch */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    dispatch_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            dispatch_id: string;
                            graph: {
                                links: {
                                    arg_index: number | null;
                                    edge_name: string;
                                    parameter_type: string | null;
                                    source: number;
                                    target: number;
                                }[];
                                nodes: {
                                    completed_at: string | null;
                                    executor_label: string;
                                    id: number;
                                    name: string;
                                    node_id: number;
                                    started_at: string | null;
                                    status: string;
                                    sublattice_dispatch_id: string | null;
                                    type: string;
                                }[];
                            };
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dispatches/{dispatch_id}/sublattices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The dispatches of a dispatch's sublattices */
        get: {
            parameters: {
                query?: {
                    sort_by?: string;
                    sort_direction?: string;
                };
                header?: never;
                path: {
                    dispatch_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            sub_lattices: {
                                dispatch_id: string;
                                ended_at: string | null;
                                lattice_name: string;
                                runtime: number | null;
                                started_at: string | null;
                                status: string;
                                total_electrons: number;
                                total_electrons_completed: number;
                                updated_at: string | null;
                            }[];
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dispatches/delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Delete dispatches */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        dispatches?: string[] | null;
                    } | null;
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            failure_items: string[];
                            message: string;
                            success_items: string[];
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dispatches/delete-all": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Delete all dispatches of a kind */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        search_string?: string | null;
                        /**
                         * @default ALL
                         * @enum {string|null}
                         */
                        status_filter?: "ALL" | "NEW_OBJECT" | "STARTING" | "RUNNING" | "DISPATCHING" | "PENDING_REUSE" | "PENDING_REPLACEMENT" | "COMPLETED" | "FAILED" | "CANCELLED" | "POSTPROCESSING" | "PENDING_POSTPROCESSING" | "POSTPROCESSING_FAILED" | null;
                    } | null;
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            failure_items: string[];
                            message: string;
                            success_items: string[];
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dispatches/list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List dispatches */
        get: {
            parameters: {
                query?: {
                    count?: number;
                    offset?: number;
                    search?: string;
                    sort_by?: string;
                    sort_direction?: string;
                    status_filter?: "ALL" | "NEW_OBJECT" | "STARTING" | "RUNNING" | "DISPATCHING" | "PENDING_REUSE" | "PENDING_REPLACEMENT" | "COMPLETED" | "FAILED" | "CANCELLED" | "POSTPROCESSING" | "PENDING_POSTPROCESSING" | "POSTPROCESSING_FAILED";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: {
                                dispatch_id: string;
                                ended_at: string | null;
                                lattice_name: string;
                                runtime: number | null;
                                started_at: string | null;
                                status: string;
                                total_electrons: number;
                                total_electrons_completed: number;
                                updated_at: string | null;
                            }[];
                            total_count: number;
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dispatches/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many dispatches there are */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            latest_running_task_status: string | null;
                            total_dispatcher_duration: number;
                            total_jobs: number;
                            total_jobs_cancelled: number;
                            total_jobs_completed: number;
                            total_jobs_failed: number;
                            total_jobs_new_object: number;
                            total_jobs_running: number;
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/logs/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The server's log */
        get: {
            parameters: {
                query?: {
                    count?: number;
                    offset?: number;
                    search?: string;
                    sort_by?: string;
                    sort_direction?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: {
                                log_date: string | null;
                                message: string;
                                status: string;
                            }[];
                            total_count: number;
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/logs/download": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The server's log as a file */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The configuration */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            client: {
                                [key: string]: unknown;
                            };
                            server: {
                                [key: string]: unknown;
                            };
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        /** Change what clients go by */
        post: {
            parameters: {
                query?: {
                    override_existing?: "0" | "1" | "true" | "false";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        client: {
                            [key: string]: {
                                [key: string]: unknown;
                            };
                        };
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            data: string;
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/archives": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Import the file of an exported dispatch */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            assets: number;
                            dispatch_id: string;
                            dispatches: number;
                            imported: boolean;
                            name: string;
                            nodes: number;
                        };
                    };
                };
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            assets: number;
                            dispatch_id: string;
                            dispatches: number;
                            imported: boolean;
                            name: string;
                            nodes: number;
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/assets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Store many assets in one request */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            stored: number;
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/assets/{digest}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The bytes of an asset, or a range of them */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    digest: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                default: components["responses"]["Refusal"];
            };
        };
        /** Store bytes under their digest */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    digest: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            digest: string;
                            size: number;
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/assets/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The bytes of many assets */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        digests: string[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                default: components["responses"]["Refusal"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/cache": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List cached results, newest first */
        get: {
            parameters: {
                query?: {
                    count?: number;
                    name?: string;
                    offset?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            entries: {
                                code_digest: string;
                                /** Format: date-time */
                                created_at: string;
                                dispatch_id: string;
                                /** Format: date-time */
                                expires_at: string | null;
                                inputs_digest: string;
                                key: string;
                                name: string;
                                node_id: number;
                                size: number;
                                version: string;
                            }[];
                            metadata: {
                                count: number;
                                total: number;
                            };
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        /** Forget cached results */
        delete: {
            parameters: {
                query?: {
                    name?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            forgotten: number;
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/database": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The database and its backups */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            backups: {
                                made_at: string;
                                path: string;
                                revision: string;
                                size: number;
                            }[];
                            head: string;
                            pending: number | null;
                            problem: string | null;
                            revision: string | null;
                            stalled: string | null;
                            url: string;
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/database/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the doctor says of the database, and what is in quarantine */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            findings: {
                                action: string;
                                code: string;
                                /** @enum {string} */
                                severity: "note" | "heal" | "repair" | "refuse";
                                what: string;
                            }[];
                            healthy: boolean;
                            next: string;
                            pending: {
                                message: string;
                                to: string | null;
                            }[];
                            quarantine: {
                                examples: {
                                    dispatch_id?: string;
                                    id: string;
                                }[];
                                reason: string;
                                revision: string;
                                rows: number;
                                table: string;
                            }[];
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/dispatch-counts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many of the listed dispatches are in each status */
        get: {
            parameters: {
                query?: {
                    dispatch_id?: string | string[];
                    search?: string;
                    status?: ("NEW_OBJECT" | "STARTING" | "RUNNING" | "DISPATCHING" | "PENDING_REUSE" | "PENDING_REPLACEMENT" | "COMPLETED" | "FAILED" | "CANCELLED" | "POSTPROCESSING" | "PENDING_POSTPROCESSING" | "POSTPROCESSING_FAILED") | ("NEW_OBJECT" | "STARTING" | "RUNNING" | "DISPATCHING" | "PENDING_REUSE" | "PENDING_REPLACEMENT" | "COMPLETED" | "FAILED" | "CANCELLED" | "POSTPROCESSING" | "PENDING_POSTPROCESSING" | "POSTPROCESSING_FAILED")[];
                    sub_dispatches?: "0" | "1" | "true" | "false" | "True" | "False";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            by_status: {
                                [key: string]: number;
                            };
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/dispatches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List dispatches */
        get: {
            parameters: {
                query?: {
                    count?: number;
                    dispatch_id?: string | string[];
                    latest?: "0" | "1" | "true" | "false" | "True" | "False";
                    offset?: number;
                    order?: "asc" | "desc";
                    search?: string;
                    sort?: "created" | "started" | "ended" | "name" | "status" | "nodes" | "duration";
                    status?: ("NEW_OBJECT" | "STARTING" | "RUNNING" | "DISPATCHING" | "PENDING_REUSE" | "PENDING_REPLACEMENT" | "COMPLETED" | "FAILED" | "CANCELLED" | "POSTPROCESSING" | "PENDING_POSTPROCESSING" | "POSTPROCESSING_FAILED") | ("NEW_OBJECT" | "STARTING" | "RUNNING" | "DISPATCHING" | "PENDING_REUSE" | "PENDING_REPLACEMENT" | "COMPLETED" | "FAILED" | "CANCELLED" | "POSTPROCESSING" | "PENDING_POSTPROCESSING" | "POSTPROCESSING_FAILED")[];
                    status_only?: "0" | "1" | "true" | "false" | "True" | "False";
                    sub_dispatches?: "0" | "1" | "true" | "false" | "True" | "False";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            readonly dispatches: ({
                                cancel_requested: boolean;
                                completed_at: string | null;
                                completed_electron_num: number;
                                created_at: string;
                                dispatch_id: string;
                                electron_num: number;
                                interrupted: boolean;
                                /** @enum {string|null} */
                                language: "typescript" | "python" | null;
                                name: string;
                                paused: boolean;
                                reason: string | null;
                                redispatch_of: string | null;
                                root_dispatch_id: string;
                                sequence: number;
                                started_at: string | null;
                                /** @enum {string} */
                                status: "NEW_OBJECT" | "STARTING" | "RUNNING" | "DISPATCHING" | "PENDING_REUSE" | "PENDING_REPLACEMENT" | "COMPLETED" | "FAILED" | "CANCELLED" | "POSTPROCESSING" | "PENDING_POSTPROCESSING" | "POSTPROCESSING_FAILED";
                                readonly tags: string[];
                                updated_at: string;
                            } | {
                                dispatch_id: string;
                                /** @enum {string} */
                                status: "NEW_OBJECT" | "STARTING" | "RUNNING" | "DISPATCHING" | "PENDING_REUSE" | "PENDING_REPLACEMENT" | "COMPLETED" | "FAILED" | "CANCELLED" | "POSTPROCESSING" | "PENDING_POSTPROCESSING" | "POSTPROCESSING_FAILED";
                            })[];
                            metadata: {
                                count: number;
                                total: number;
                            };
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        /** Register a dispatch */
        post: {
            parameters: {
                query?: {
                    parent_dispatch_id?: string;
                    parent_node_id?: number;
                    start?: "0" | "1" | "true" | "false" | "True" | "False";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            metadata: {
                                dispatch_id: string;
                                root_dispatch_id: string;
                                /** @enum {string} */
                                status: "NEW_OBJECT" | "STARTING" | "RUNNING" | "DISPATCHING" | "PENDING_REUSE" | "PENDING_REPLACEMENT" | "COMPLETED" | "FAILED" | "CANCELLED";
                            };
                            missing_assets: string[];
                            reused?: number;
                            started?: boolean;
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/dispatches/{dispatch_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The whole manifest, with the state of every node */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    dispatch_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/dispatches/{dispatch_id}/ancestors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The dispatches in which a dispatch is a sublattice */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    dispatch_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            ancestors: {
                                dispatch_id: string;
                                name: string;
                                node_id: number;
                            }[];
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/dispatches/{dispatch_id}/archive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A dispatch that has ended, as one file */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    dispatch_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/dispatches/{dispatch_id}/assets/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An asset of a dispatch or its lattice */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    dispatch_id: string;
                    key: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            codec?: "value" | "template" | "pickle" | "bytes" | "text" | "manifest";
                            content?: string;
                            digest?: string;
                            remote_uri?: string;
                            size: number;
                            text?: string | null;
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/dispatches/{dispatch_id}/comparison/{other_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What differs between two dispatches, node by node */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    dispatch_id: string;
                    other_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            nodes: {
                                a: {
                                    duration_ms: number | null;
                                    executor: string;
                                    id: number;
                                    /** @enum {string} */
                                    status: "NEW_OBJECT" | "STARTING" | "RUNNING" | "DISPATCHING" | "PENDING_REUSE" | "PENDING_REPLACEMENT" | "COMPLETED" | "FAILED" | "CANCELLED";
                                } | null;
                                b: {
                                    duration_ms: number | null;
                                    executor: string;
                                    id: number;
                                    /** @enum {string} */
                                    status: "NEW_OBJECT" | "STARTING" | "RUNNING" | "DISPATCHING" | "PENDING_REUSE" | "PENDING_REPLACEMENT" | "COMPLETED" | "FAILED" | "CANCELLED";
                                } | null;
                                differs: ("status" | "code" | "inputs" | "output" | "executor")[];
                                name: string;
                                /** @enum {string} */
                                type: "function" | "sublattice" | "parameter" | "electron_list" | "electron_dict" | "subscripted" | "attribute" | "reconstruct" | "generated" | "arg";
                            }[];
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/dispatches/{dispatch_id}/deleted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Delete a dispatch, or bring it back */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    dispatch_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        deleted: boolean;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            deleted: boolean;
                            dispatch_id: string;
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/dispatches/{dispatch_id}/edited-runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Run a dispatch again with other arguments */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    dispatch_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        inputs: (string | null)[];
                        /** @default false */
                        reuse_previous_results?: boolean;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            dispatch_id: string;
                            reused: number;
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/dispatches/{dispatch_id}/electrons/{node_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Link a sublattice's dispatch to its node */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    dispatch_id: string;
                    node_id: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        sub_dispatch_id: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            dispatch_id: string;
                            node_id: number;
                            sub_dispatch_id: string;
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        trace?: never;
    };
    "/api/v2/dispatches/{dispatch_id}/electrons/{node_id}/assets/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An asset of a node */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    dispatch_id: string;
                    key: string;
                    node_id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            codec?: "value" | "template" | "pickle" | "bytes" | "text" | "manifest";
                            content?: string;
                            digest?: string;
                            remote_uri?: string;
                            size: number;
                            text?: string | null;
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        /** Announce the upload of a node's asset */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    dispatch_id: string;
                    key: string;
                    node_id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                default: components["responses"]["Refusal"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/dispatches/{dispatch_id}/electrons/{node_id}/job": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Say that a node's job has ended; changes nothing */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    dispatch_id: string;
                    node_id: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": string;
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/dispatches/{dispatch_id}/graph": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The whole graph in columns, without assets */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    dispatch_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            links: {
                                name: number[];
                                source: number[];
                                target: number[];
                            };
                            nodes: {
                                ended_at: (number | null)[];
                                executor: number[];
                                id: number[];
                                language: number[];
                                name: number[];
                                reason: number[];
                                started_at: (number | null)[];
                                status: number[];
                                sub_dispatch: number[];
                                type: number[];
                            };
                            sequence: number;
                            words: string[];
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/dispatches/{dispatch_id}/header": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The manifest without nodes and links */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    dispatch_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @default {} */
                            assets: {
                                [key: string]: {
                                    /** @enum {string} */
                                    codec?: "value" | "template" | "pickle" | "bytes" | "text" | "manifest";
                                    content?: string;
                                    digest?: string | null;
                                    digest_alg?: string | null;
                                    remote_uri?: string | null;
                                    /** @default 0 */
                                    size: number;
                                    text?: string;
                                    uri?: string | null;
                                } | null;
                            };
                            /** @default [] */
                            bundles: {
                                digest: string;
                                /** @default [] */
                                externals: {
                                    name: string;
                                    version: string;
                                }[];
                                size: number;
                            }[];
                            lattice: {
                                /** @default {} */
                                assets: {
                                    [key: string]: {
                                        /** @enum {string} */
                                        codec?: "value" | "template" | "pickle" | "bytes" | "text" | "manifest";
                                        content?: string;
                                        digest?: string | null;
                                        digest_alg?: string | null;
                                        remote_uri?: string | null;
                                        /** @default 0 */
                                        size: number;
                                        text?: string;
                                        uri?: string | null;
                                    } | null;
                                };
                                metadata: {
                                    bundle?: string;
                                    covalent_version?: string | null;
                                    deadline_ms?: number;
                                    executor: string;
                                    /** @default {} */
                                    executor_data: {
                                        [key: string]: unknown;
                                    };
                                    /**
                                     * @default python
                                     * @enum {string}
                                     */
                                    language: "typescript" | "python";
                                    lattice?: string;
                                    name: string;
                                    priority?: number;
                                    project_root?: string;
                                    python_version?: string | null;
                                    tags?: string[];
                                    workdir?: string;
                                    workflow_executor: string;
                                    /** @default {} */
                                    workflow_executor_data: {
                                        [key: string]: unknown;
                                    };
                                };
                            };
                            metadata: {
                                dispatch_id?: string;
                                end_time?: string | null;
                                idempotency_key?: string | null;
                                paused?: boolean;
                                reason?: string | null;
                                redispatch_of?: string | null;
                                root_dispatch_id?: string | null;
                                sequence?: number;
                                start_time?: string | null;
                                /**
                                 * @default NEW_OBJECT
                                 * @enum {string}
                                 */
                                status: "NEW_OBJECT" | "STARTING" | "RUNNING" | "DISPATCHING" | "PENDING_REUSE" | "PENDING_REPLACEMENT" | "COMPLETED" | "FAILED" | "CANCELLED";
                            };
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/dispatches/{dispatch_id}/inputs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The arguments of the lattice, to be changed */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    dispatch_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            inputs: {
                                json: string | null;
                                name: string;
                                text: string;
                            }[];
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/dispatches/{dispatch_id}/links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Links in the order of the manifest */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    offset?: number;
                };
                header?: never;
                path: {
                    dispatch_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/dispatches/{dispatch_id}/nodes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Nodes in order of id, without their assets */
        get: {
            parameters: {
                query?: {
                    after?: number;
                    limit?: number;
                };
                header?: never;
                path: {
                    dispatch_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/dispatches/{dispatch_id}/nodes/{node_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A node as the manifest has it, with the description of its assets */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    dispatch_id: string;
                    node_id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @default {} */
                            assets: {
                                [key: string]: {
                                    /** @enum {string} */
                                    codec?: "value" | "template" | "pickle" | "bytes" | "text" | "manifest";
                                    content?: string;
                                    digest?: string | null;
                                    digest_alg?: string | null;
                                    remote_uri?: string | null;
                                    /** @default 0 */
                                    size: number;
                                    text?: string;
                                    uri?: string | null;
                                } | null;
                            };
                            id: number;
                            metadata: {
                                bundle?: string;
                                code_digest?: string;
                                code_digest_reason?: string;
                                electron?: string;
                                end_time?: string | null;
                                executor: string;
                                /** @default {} */
                                executor_data: {
                                    [key: string]: unknown;
                                };
                                key?: string | number;
                                name: string;
                                options?: {
                                    at_most_once?: boolean;
                                    cache?: {
                                        /** @enum {boolean} */
                                        key?: true;
                                        ttl_ms?: number;
                                        version?: string;
                                    };
                                    concurrency?: number;
                                    env?: {
                                        [key: string]: string;
                                    };
                                    /** @enum {string} */
                                    language?: "python" | "shell";
                                    lost_attempts?: number;
                                    /** @enum {boolean} */
                                    map?: true;
                                    priority?: number;
                                    retries?: number;
                                    retry?: {
                                        delay_ms?: number;
                                        factor?: number;
                                        jitter?: number;
                                        max_delay_ms?: number;
                                        on?: string[];
                                    };
                                    tags?: string[];
                                    timeout_ms?: number;
                                    workdir?: string;
                                };
                                reason?: string | null;
                                start_time?: string | null;
                                /**
                                 * @default NEW_OBJECT
                                 * @enum {string}
                                 */
                                status: "NEW_OBJECT" | "STARTING" | "RUNNING" | "DISPATCHING" | "PENDING_REUSE" | "PENDING_REPLACEMENT" | "COMPLETED" | "FAILED" | "CANCELLED";
                                sub_dispatch_id?: string | null;
                                task_group_id?: number;
                                /** @enum {string} */
                                type?: "function" | "sublattice" | "parameter" | "electron_list" | "electron_dict" | "subscripted" | "attribute" | "reconstruct" | "generated" | "arg";
                            };
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/dispatches/{dispatch_id}/nodes/{node_id}/attempts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The attempts of a node, first to last */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    dispatch_id: string;
                    node_id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            attempts: {
                                ended_at: string | null;
                                executor: string;
                                failure: {
                                    readonly classes?: string[];
                                    data?: unknown;
                                    exitCode?: number | null;
                                    /** @enum {string} */
                                    kind: "user-error" | "timeout" | "lost" | "input" | "output" | "code" | "executor";
                                    message: string;
                                    name: string;
                                    retryable?: boolean;
                                    signal?: string | null;
                                    source?: {
                                        column: number;
                                        file: string;
                                        first: number;
                                        line: number;
                                        readonly lines: string[];
                                    };
                                    stack?: string;
                                } | null;
                                number: number;
                                placed_at: string | null;
                                started_at: string | null;
                                /** @enum {string|null} */
                                status: "COMPLETED" | "FAILED" | "CANCELLED" | "RETURNED" | null;
                                stderr: {
                                    digest: string;
                                    size: number;
                                } | null;
                                stdout: {
                                    digest: string;
                                    size: number;
                                } | null;
                            }[];
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/dispatches/{dispatch_id}/nodes/{node_id}/attempts/{number}/{stream}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What an attempt printed, or has printed so far */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    dispatch_id: string;
                    node_id: number;
                    number: number;
                    stream: "stdout" | "stderr";
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/dispatches/{dispatch_id}/nodes/{node_id}/cache": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Why a node's result was taken from the cache, or why not */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    dispatch_id: string;
                    node_id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            because: string;
                            code_reason: string | null;
                            name: string;
                            nearest: {
                                code_digest: string;
                                /** Format: date-time */
                                created_at: string;
                                dispatch_id: string;
                                /** Format: date-time */
                                expires_at: string | null;
                                inputs_digest: string;
                                key: string;
                                name: string;
                                node_id: number;
                                size: number;
                                version: string;
                            } | null;
                            /** @enum {string} */
                            outcome: "hit" | "miss" | "not asked for" | "not looked for";
                            record: {
                                codeDigest: string;
                                hit: {
                                    dispatchId: string;
                                    nodeId: number;
                                } | null;
                                inputsDigest: string;
                                key: string;
                                version: string;
                            } | null;
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/dispatches/{dispatch_id}/paused": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Pause a dispatch or let it go on */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    dispatch_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        paused: boolean;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            dispatch_id: string;
                            paused: boolean;
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/dispatches/{dispatch_id}/redispatches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Run a dispatch again: the same, or with changes */
        post: {
            parameters: {
                query?: {
                    deadline_ms?: number;
                    from_node?: number;
                    idempotency_key?: string;
                    priority?: number;
                    reuse_previous_results?: "0" | "1" | "true" | "false" | "True" | "False";
                };
                header?: never;
                path: {
                    dispatch_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            metadata: {
                                dispatch_id: string;
                                root_dispatch_id: string;
                                /** @enum {string} */
                                status: "NEW_OBJECT" | "STARTING" | "RUNNING" | "DISPATCHING" | "PENDING_REUSE" | "PENDING_REPLACEMENT" | "COMPLETED" | "FAILED" | "CANCELLED";
                            };
                            missing_assets: string[];
                            reused?: number;
                            started?: boolean;
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/dispatches/{dispatch_id}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Start or cancel a dispatch */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    dispatch_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "RUNNING" | "CANCELLED";
                        task_ids?: number[] | null;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": string;
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/dispatches/{dispatch_id}/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The state of a dispatch without its nodes */
        get: {
            parameters: {
                query?: {
                    wait_ms?: number;
                };
                header?: never;
                path: {
                    dispatch_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            cancel_requested: boolean;
                            completed_at: string | null;
                            completed_electron_num: number;
                            created_at: string;
                            dispatch_id: string;
                            electron_num: number;
                            interrupted: boolean;
                            /** @enum {string|null} */
                            language: "typescript" | "python" | null;
                            name: string;
                            paused: boolean;
                            reason: string | null;
                            redispatch_of: string | null;
                            root_dispatch_id: string;
                            sequence: number;
                            started_at: string | null;
                            /** @enum {string} */
                            status: "NEW_OBJECT" | "STARTING" | "RUNNING" | "DISPATCHING" | "PENDING_REUSE" | "PENDING_REPLACEMENT" | "COMPLETED" | "FAILED" | "CANCELLED" | "POSTPROCESSING" | "PENDING_POSTPROCESSING" | "POSTPROCESSING_FAILED";
                            readonly tags: string[];
                            updated_at: string;
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Changes of status, as they happen */
        get: {
            parameters: {
                query?: {
                    after?: number;
                    changes?: "true" | "false";
                    dispatch_id?: string | string[];
                    log?: "true" | "false";
                    nodes?: "true" | "false";
                    printed?: string | string[];
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The server's log */
        get: {
            parameters: {
                query?: {
                    after?: number;
                    count?: number;
                    dispatch_id?: string;
                    level?: "TRACE" | "DEBUG" | "INFO" | "WARNING" | "ERROR" | "CRITICAL";
                    search?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            entries: {
                                /** Format: date-time */
                                at: string | null;
                                level: string;
                                message: string;
                            }[];
                            next: number;
                            restarted: boolean;
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The graph that was drawn last */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            [key: string]: unknown;
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/previews": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Show the graph of a manifest without registering a dispatch */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            preview_id: string;
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/previews/{preview_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A graph that was sent to be looked at */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    preview_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            graph: {
                                links: {
                                    name: number[];
                                    source: number[];
                                    target: number[];
                                };
                                nodes: {
                                    ended_at: (number | null)[];
                                    executor: number[];
                                    id: number[];
                                    language: number[];
                                    name: number[];
                                    reason: number[];
                                    started_at: (number | null)[];
                                    status: number[];
                                    sub_dispatch: number[];
                                    type: number[];
                                };
                                sequence: number;
                                words: string[];
                            };
                            name: string;
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/server": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What this server is and how its executors do */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            active: number;
                            executors: {
                                [key: string]: {
                                    queued: number;
                                    running: number;
                                    slots?: number;
                                    workers: number;
                                };
                            };
                            revision: string;
                            /** Format: date-time */
                            started_at: string;
                            url: string;
                            version: string;
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every setting, and where its value comes from */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            settings: {
                                about: string;
                                readonly choices: string[] | null;
                                key: string;
                                locked: string | null;
                                next: string | null;
                                origin: {
                                    /** @enum {string} */
                                    from: "default" | "file" | "env" | "flag";
                                    name?: string;
                                };
                                value: string | null;
                                wanted: string;
                            }[];
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/settings/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Change a setting in the file, for the next start */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    key: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        value: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            about: string;
                            readonly choices: string[] | null;
                            key: string;
                            locked: string | null;
                            next: string | null;
                            origin: {
                                /** @enum {string} */
                                from: "default" | "file" | "env" | "flag";
                                name?: string;
                            };
                            value: string | null;
                            wanted: string;
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/trash": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List deleted dispatches */
        get: {
            parameters: {
                query?: {
                    count?: number;
                    offset?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            dispatches: {
                                deleted_at: string;
                                dispatch_id: string;
                                electron_num: number;
                                name: string;
                                /** @enum {string} */
                                status: "NEW_OBJECT" | "STARTING" | "RUNNING" | "DISPATCHING" | "PENDING_REUSE" | "PENDING_REPLACEMENT" | "COMPLETED" | "FAILED" | "CANCELLED" | "POSTPROCESSING" | "PENDING_POSTPROCESSING" | "POSTPROCESSING_FAILED";
                            }[];
                            metadata: {
                                count: number;
                                total: number;
                            };
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/trash/purge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Remove deleted dispatches for good */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        dispatch_ids?: string[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            assets: number;
                            dispatches: number;
                            files: number;
                            freed_bytes: number;
                            postponed: number;
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/triggers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List triggers, newest first */
        get: {
            parameters: {
                query?: {
                    count?: number;
                    dispatch_id?: string;
                    observed?: "0" | "1" | "true" | "false" | "True" | "False";
                    offset?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            metadata: {
                                count: number;
                                total: number;
                            };
                            triggers: {
                                /** Format: date-time */
                                created_at: string;
                                definition: {
                                    [key: string]: unknown;
                                };
                                dispatch_id: string;
                                /** Format: date-time */
                                due_at: string | null;
                                events: number;
                                fired: number;
                                /** Format: date-time */
                                fired_at: string | null;
                                id: string;
                                last_dispatch_id: string | null;
                                lattice_name: string | null;
                                /** Format: date-time */
                                paused_at: string | null;
                                problem: string | null;
                                /** Format: date-time */
                                stopped_at: string | null;
                            }[];
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/triggers/{trigger_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Observe a trigger no more */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    trigger_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            stopped: string[];
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/triggers/{trigger_id}/fire": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start what a trigger starts, now */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    trigger_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            dispatch_id: string;
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/triggers/{trigger_id}/paused": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Pause a trigger, or let it go on */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    trigger_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        paused: boolean;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: date-time */
                            created_at: string;
                            definition: {
                                [key: string]: unknown;
                            };
                            dispatch_id: string;
                            /** Format: date-time */
                            due_at: string | null;
                            events: number;
                            fired: number;
                            /** Format: date-time */
                            fired_at: string | null;
                            id: string;
                            last_dispatch_id: string | null;
                            lattice_name: string | null;
                            /** Format: date-time */
                            paused_at: string | null;
                            problem: string | null;
                            /** Format: date-time */
                            stopped_at: string | null;
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhook": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Taken, and told to nobody: changes of status are events of this server */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {boolean} */
                            ok: true;
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** 200 while the server lives */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            status: "ok";
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** 200 when the server can take work, else 503 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            reason?: string;
                            /** @enum {string} */
                            status: "ready" | "not ready";
                        };
                    };
                };
                /** @description Default Response */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            reason?: string;
                            /** @enum {string} */
                            status: "ready" | "not ready";
                        };
                    };
                };
                default: components["responses"]["Refusal"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: never;
    responses: {
        /** @description Why it was refused, what to do about it, and what the message was made of */
        Refusal: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    code: string;
                    detail: string;
                    details?: {
                        [key: string]: unknown;
                    };
                    hint?: string;
                };
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
