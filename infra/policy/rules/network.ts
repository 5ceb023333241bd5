/** Who may come in: named sources. What goes out is not judged: the job calls AWS. */
import { demand, objects, type PlannedResource, type Rule } from "./rule.ts";

/** 10.0.0.0/8 and fc00::/7 are the widest private networks (RFC 1918, RFC 4193); what is wider has strangers in it. */
const WIDEST = { ipv4: 8, ipv6: 7 } as const;

export const isOpenToStrangers = (cidr: string): boolean => {
  const length = Number(cidr.split("/")[1]);
  return length < (cidr.includes(":") ? WIDEST.ipv6 : WIDEST.ipv4);
};

export const networkRules: readonly Rule[] = [
  {
    name: "security-group-named-sources",
    description: "Security groups let named sources in, never the world.",
    level: "mandatory",
    check: (resource) =>
      ingressCidrs(resource)
        .filter(isOpenToStrangers)
        .map((cidr) => `It lets ${cidr} in.`),
  },
  {
    name: "postgres-container-behind-tls",
    description: "A PostgreSQL container that others than this machine reach encrypts its connections.",
    level: "advisory",
    check: ({ type, props }) => {
      if (type !== "docker:index/container:Container" || encrypts(props["command"])) return [];
      const open = objects(props["ports"]).filter(({ internal, ip }) => internal === POSTGRES_PORT && !isLoopback(ip));
      return demand(
        open.length === 0,
        "It is reachable from other machines without TLS: pulumi config set tls true, or bindAddress 127.0.0.1.",
      );
    },
  },
];

const POSTGRES_PORT = 5432;

/** Docker takes no address for all of them. */
const isLoopback = (ip: unknown): boolean => typeof ip === "string" && (ip.startsWith("127.") || ip === "::1");

const encrypts = (command: unknown): boolean => Array.isArray(command) && command.includes("ssl=on");

/** The three ways in which AWS's provider writes them. */
const ingressCidrs = ({ type, props }: PlannedResource): readonly string[] => {
  switch (type) {
    case "aws:ec2/securityGroup:SecurityGroup":
      return objects(props["ingress"]).flatMap(cidrs);
    case "aws:ec2/securityGroupRule:SecurityGroupRule":
      return props["type"] === "ingress" ? cidrs(props) : [];
    case "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule":
      return [props["cidrIpv4"], props["cidrIpv6"]].filter((cidr) => typeof cidr === "string");
    default:
      return [];
  }
};

const cidrs = (rule: Readonly<Record<string, unknown>>): readonly string[] =>
  [rule["cidrBlocks"], rule["ipv6CidrBlocks"]].flatMap((list) => (Array.isArray(list) ? (list as string[]) : []));
