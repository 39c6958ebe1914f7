export declare const hostileInputs: readonly (readonly [name: string, make: () => string, code: string])[];
